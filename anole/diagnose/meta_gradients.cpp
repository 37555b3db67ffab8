#include "anole/diagnose/meta_gradients.h"

#include <algorithm>
#include <numeric>

#include "anole/core/error.h"

namespace anole {
namespace {

std::vector<Vector> all_gradients(BatchLosses& losses, const Vector& params) {
  std::vector<Vector> gradients;
  for (int batch = 0; batch < losses.count(); ++batch) {
    gradients.push_back(losses.gradient(batch, params));
  }
  return gradients;
}

Vector sum_of(std::span<const Vector> vectors) {
  Vector sum(vectors[0].size());
  for (const auto& vector : vectors) add(sum, 1, vector);
  return sum;
}

TaskAverages agreement(std::span<const Vector> gradients) {
  ANOLE_CHECK(gradients.size() >= 2);
  TaskAverages averages;
  double pairs = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    for (std::size_t j = i + 1; j < gradients.size(); ++j, ++pairs) {
      averages.inner_product += dot(gradients[i], gradients[j]);
      averages.cosine += cosine(gradients[i], gradients[j]);
    }
  }
  averages.inner_product /= pairs;
  averages.cosine /= pairs;
  return averages;
}

}  // namespace

MetaGradients meta_gradients(BatchLosses& losses, std::span<const int> sequence,
                             const Vector& params, double lr) {
  ANOLE_CHECK(!sequence.empty());
  std::vector<Vector> path{params}, gradients;  // phi_1 …, g_1 …
  for (const int batch : sequence) {
    gradients.push_back(losses.gradient(batch, path.back()));
    path.push_back(path.back());
    add(path.back(), -lr, gradients.back());
  }
  MetaGradients result{
      .reptile = sum_of(gradients), .fomaml = gradients.back(), .maml = gradients.back()};
  for (auto j = sequence.size() - 1; j-- > 0;) {  // maml <- (I - lr H_j) maml
    add(result.maml, -lr, hessian_product(losses, sequence[j], path[j], result.maml));
  }
  return result;
}

MetaGradients mean_meta_gradients(BatchLosses& losses, const Vector& params, double lr) {
  const int k = losses.count();
  std::vector<int> order(static_cast<std::size_t>(k));
  std::iota(order.begin(), order.end(), 0);
  MetaGradients mean{Vector(params.size()), Vector(params.size()), Vector(params.size())};
  for (int rotation = 0; rotation < k; ++rotation) {
    const auto one = meta_gradients(losses, order, params, lr);
    add(mean.reptile, 1.0 / k, one.reptile);
    add(mean.fomaml, 1.0 / k, one.fomaml);
    add(mean.maml, 1.0 / k, one.maml);
    std::ranges::rotate(order, order.begin() + 1);
  }
  return mean;
}

LeadingOrder reptile_order(int k) { return {.grad = 1.0 * k, .inner = 0.5 * k * (k - 1)}; }
LeadingOrder fomaml_order(int k) { return {.grad = 1, .inner = 1.0 * (k - 1)}; }
LeadingOrder maml_order(int k) { return {.grad = 1, .inner = 2.0 * (k - 1)}; }

TaskAverages task_averages(BatchLosses& losses, const Vector& params) {
  const auto gradients = all_gradients(losses, params);
  auto averages = agreement(gradients);
  const auto n = static_cast<double>(gradients.size());
  const auto sum = sum_of(gradients);
  averages.grad.resize(params.size());
  averages.grad_inner.resize(params.size());
  add(averages.grad, 1 / n, sum);
  for (int i = 0; i < losses.count(); ++i) {
    Vector others = sum;  // then H_i mean_{j != i} g_j
    add(others, -1, gradients[static_cast<std::size_t>(i)]);
    for (double& value : others) value /= n - 1;
    add(averages.grad_inner, 1 / n, hessian_product(losses, i, params, others));
  }
  return averages;
}

TaskAverages gradient_agreement(BatchLosses& losses, const Vector& params) {
  return agreement(all_gradients(losses, params));
}

}  // namespace anole
