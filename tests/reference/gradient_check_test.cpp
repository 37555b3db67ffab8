// The reference's gradients against central differences, in double.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "anole/reference/loss.h"
#include "anole/reference/network.h"
#include "tests/engines/cases.h"

namespace anole::reference {
namespace {

using Network = ReferenceNetwork<double>;

// A network's loss on one batch as a function of its params.
struct LossOf {
  const Network& network;
  const Task& task;

  Pass<double> forward(const std::vector<double>& params) const {
    return network.forward(params, {task.rows.begin(), task.rows.end()});
  }
  LossValue<double> value(const Pass<double>& pass) const {
    if (network.spec().loss == Loss::kCrossEntropy)
      return cross_entropy<double>(pass.outputs(), task.labels);
    const std::vector<double> targets(task.targets.begin(), task.targets.end());
    return mean_squared_error<double>(pass.outputs(), targets);
  }
};

// Whether two passes lie on the same smooth piece of the loss: equal signs at every ReLU, equal
// winners at every max-pool.
bool same_piece(const ModelSpec& spec, const Pass<double>& a, const Pass<double>& b) {
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    if (a.layers[i].winners != b.layers[i].winners) return false;
    if (spec.layers[i].kind != LayerKind::kRelu) continue;
    if (!std::ranges::equal(a.layers[i].output, b.layers[i].output,
                            [](double x, double y) { return (x > 0) == (y > 0); })) {
      return false;
    }
  }
  return true;
}

// (L(p + h) - L(p - h)) / 2h for one param. h starts at 1e-5 and shrinks until both sides lie on
// the piece of `pass`; `step` says where it ended.
struct Difference {
  double slope, step;
};
Difference central_difference(const LossOf& loss, std::vector<double> params, std::size_t index,
                              const Pass<double>& pass) {
  const double center = params[index];
  for (double step = 1e-5;; step /= 10) {
    params[index] = center + step;
    const auto above = loss.forward(params);
    params[index] = center - step;
    const auto below = loss.forward(params);
    const auto& spec = loss.network.spec();
    if (step < 1e-8 || (same_piece(spec, above, pass) && same_piece(spec, below, pass))) {
      return {(loss.value(above).loss - loss.value(below).loss) / (2 * step), step};
    }
  }
}

// Errors of a central difference: h^2 / 6 times the third derivative, here below 120 (the steepest
// is a batch-norm of nearly equal numbers), so 1e-8 at h = 1e-5; and the loss's rounding over h,
// some 10 roundings of 2^-53 of a loss of about 2 on each side: 4e-15 / h, 4e-10 at h = 1e-5.
double tolerance(double step) { return 1e-8 + 4e-15 / step; }

class GradientCheck : public testing::TestWithParam<cases::Case> {};

TEST_P(GradientCheck, GradientsEqualCentralDifferences) {
  const auto& [name, spec, batch] = GetParam();
  const Network network(spec);
  const auto task = cases::examples_of(spec, batch, 1);
  const auto start = cases::params_of(spec, 1);
  const std::vector<double> params(start.begin(), start.end());
  const LossOf loss{network, task};
  const auto pass = loss.forward(params);
  const auto gradient = network.backward(params, pass, loss.value(pass).d_outputs);
  for (const auto& tensor : network.layout().tensors) {
    const auto stride =
        std::max<std::size_t>(1, tensor.size / 12);  // some 12 params of each tensor
    for (std::size_t i = tensor.offset; i < tensor.offset + tensor.size; i += stride) {
      const auto found = central_difference(loss, params, i, pass);
      ASSERT_NEAR(gradient[i], found.slope, tolerance(found.step))
          << tensor.name << "[" << i - tensor.offset << "], step " << found.step;
    }
  }
}

std::string name_of(const testing::TestParamInfo<cases::Case>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Layers, GradientCheck, testing::ValuesIn(cases::layer_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Zoo, GradientCheck, testing::ValuesIn(cases::small_zoo_cases()), name_of);

}  // namespace
}  // namespace anole::reference
