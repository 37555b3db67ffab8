#include "anole/diagnose/meta_gradients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/diagnose/quadratics.h"

namespace anole {
namespace {

using toy::Quadratics;

const Vector kParams{0.3, -1.2, 0.8};

Quadratics five_losses() { return Quadratics(5, kParams.size(), 7); }

// Calls `visit` with every ordered tuple of k different mini-batches of `count`.
void for_all_tuples(int count, int k, const std::function<void(const std::vector<int>&)>& visit,
                    std::vector<int> tuple = {}) {
  if (static_cast<int>(tuple.size()) == k) return visit(tuple);
  for (int batch = 0; batch < count; ++batch) {
    if (std::ranges::find(tuple, batch) != tuple.end()) continue;
    tuple.push_back(batch);
    for_all_tuples(count, k, visit, tuple);
    tuple.pop_back();
  }
}

// The meta-gradients' expectations: means over all ordered tuples.
MetaGradients expectation(Quadratics& losses, int k, double lr) {
  MetaGradients mean{Vector(3), Vector(3), Vector(3)};
  double tuples = 0;
  for_all_tuples(losses.count(), k, [&](const std::vector<int>& tuple) {
    const auto one = meta_gradients(losses, tuple, kParams, lr);
    add(mean.reptile, 1, one.reptile);
    add(mean.fomaml, 1, one.fomaml);
    add(mean.maml, 1, one.maml);
    ++tuples;
  });
  for (auto* vector : {&mean.reptile, &mean.fomaml, &mean.maml}) {
    for (double& value : *vector) value /= tuples;
  }
  return mean;
}

// |g - (a AvgGrad - b lr AvgGradInner)|.
double remainder(Quadratics& losses, const Vector& found, LeadingOrder order, double lr) {
  const auto averages = task_averages(losses, kParams);
  Vector rest = found;
  add(rest, -order.grad, averages.grad);
  add(rest, order.inner * lr, averages.grad_inner);
  return norm(rest);
}

struct Remainders {
  double reptile, fomaml, maml;
};
Remainders remainders(int k, double lr) {
  auto losses = five_losses();
  const auto found = expectation(losses, k, lr);
  return {remainder(losses, found.reptile, reptile_order(k), lr),
          remainder(losses, found.fomaml, fomaml_order(k), lr),
          remainder(losses, found.maml, maml_order(k), lr)};
}

// Rounding of some hundred operations on numbers of order 10, divided by the difference 2h = 0.01
// where a Hessian product is in it.
constexpr double kRounding = 1e-11;

TEST(MetaGradients, OfTwoStepsReptileAndFomamlAreTheTwoTermsExactly) {
  const auto rest = remainders(2, 0.3);
  EXPECT_LT(rest.reptile, kRounding);
  EXPECT_LT(rest.fomaml, kRounding);
}

TEST(MetaGradients, OfOneStepAllThreeAreTheAverageGradient) {
  const auto rest = remainders(1, 0.3);
  EXPECT_LT(rest.reptile, kRounding);
  EXPECT_LT(rest.fomaml, kRounding);
  EXPECT_LT(rest.maml, kRounding);
}

// What is left after the two terms is of second order: 4 times less at half the lr, but for a term
// of third order, some 5 lr of it.
TEST(MetaGradients, BeyondTheTwoTermsTheRemainderIsOfSecondOrder) {
  constexpr double kLr = 1e-3;
  const auto expect_quarter = [](double whole, double half, const char* name) {
    EXPECT_GT(whole, 1e-8) << name;
    EXPECT_NEAR(whole / half, 4, 0.03) << name;
  };
  for (const int k : {3, 4, 5}) {
    const auto whole = remainders(k, kLr), half = remainders(k, kLr / 2);
    expect_quarter(whole.reptile, half.reptile, "Reptile");
    expect_quarter(whole.fomaml, half.fomaml, "FOMAML");
    expect_quarter(whole.maml, half.maml, "MAML");
  }
  expect_quarter(remainders(2, kLr).maml, remainders(2, kLr / 2).maml, "MAML, two steps");
}

TEST(MetaGradients, OtherCoefficientsLeaveARemainderOfFirstOrder) {
  constexpr double kLr = 1e-3;
  auto losses = five_losses();
  const auto wrong = [&](double lr) {  // FOMAML's b for MAML
    return remainder(losses, expectation(losses, 3, lr).maml, fomaml_order(3), lr);
  };
  EXPECT_NEAR(wrong(kLr) / wrong(kLr / 2), 2, 0.03);
}

TEST(MetaGradients, MamlOfTwoStepsIsTheChainRuleByHand) {
  auto losses = five_losses();
  const std::vector<int> order{4, 1};
  const auto found = meta_gradients(losses, order, kParams, 0.1);
  Vector adapted = kParams;
  add(adapted, -0.1, losses.gradient(4, kParams));
  const auto last = losses.gradient(1, adapted);  // (I - 0.1 H_4) g_1(phi_2)
  Vector expected = last;
  add(expected, -0.1, losses.times(4, last));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found.maml[i], expected[i], kRounding);
}

TEST(MetaGradients, MamlIsTheDerivativeOfTheLossAfterAdapting) {
  auto losses = five_losses();
  const std::vector<int> order{2, 0, 3, 1};
  const auto loss_after = [&](const Vector& params) {  // L_1 after steps on 2, 0 and 3
    Vector phi = params;
    for (const int batch : {2, 0, 3}) add(phi, -0.1, losses.gradient(batch, Vector(phi)));
    Vector offset = phi;
    add(offset, -1, losses.centres[1]);
    return 0.5 * dot(offset, losses.times(1, offset));
  };
  const auto maml = meta_gradients(losses, order, kParams, 0.1).maml;
  for (std::size_t i = 0; i < 3; ++i) {
    Vector ahead = kParams, behind = kParams;
    ahead[i] += 0.01;
    behind[i] -= 0.01;
    EXPECT_NEAR(maml[i], (loss_after(ahead) - loss_after(behind)) / 0.02, 1e-11);  // a quadratic
  }
}

TEST(MeanMetaGradients, OverRotationsFomamlAndMamlHaveTheTwoTermsOfTheSameBatches) {
  auto losses = five_losses();
  const auto rest = [&](double lr) {
    const auto found = mean_meta_gradients(losses, kParams, lr);
    return std::pair(remainder(losses, found.fomaml, fomaml_order(5), lr),
                     remainder(losses, found.maml, maml_order(5), lr));
  };
  const auto whole = rest(1e-3), half = rest(5e-4);  // of second order
  EXPECT_NEAR(whole.first / half.first, 4, 0.03);
  EXPECT_NEAR(whole.second / half.second, 4, 0.03);
}

TEST(TaskAverages, GradInnerIsHalfTheSlopeOfTheInnerProduct) {
  auto losses = five_losses();
  const auto inner = task_averages(losses, kParams).grad_inner;
  for (std::size_t i = 0; i < 3; ++i) {
    Vector ahead = kParams, behind = kParams;
    ahead[i] += 0.01;
    behind[i] -= 0.01;
    const double slope = (gradient_agreement(losses, ahead).inner_product -
                          gradient_agreement(losses, behind).inner_product) /
                         0.02;
    EXPECT_NEAR(inner[i], slope / 2, 1e-10);
  }
}

TEST(TaskAverages, AreMeansOverBatchesAndOrderedPairs) {
  Quadratics losses(3, 3, 1);
  const auto averages = task_averages(losses, kParams);
  Vector grad(3), inner(3);
  double product = 0;
  for (int i = 0; i < 3; ++i) {
    add(grad, 1.0 / 3, losses.gradient(i, kParams));
    for (int j = 0; j < 3; ++j) {
      if (i == j) continue;
      add(inner, 1.0 / 6, losses.times(i, losses.gradient(j, kParams)));
      product += dot(losses.gradient(i, kParams), losses.gradient(j, kParams)) / 6;
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(averages.grad[i], grad[i], 1e-14);
    EXPECT_NEAR(averages.grad_inner[i], inner[i], kRounding);
  }
  EXPECT_NEAR(averages.inner_product, product, 1e-14);
}

TEST(HessianProduct, OfAQuadraticIsExactAndOfNoDirectionZero) {
  auto losses = five_losses();
  const Vector direction{1e-4, 2e-4, -5e-4};
  const auto found = hessian_product(losses, 2, kParams, direction);
  const auto expected = losses.times(2, direction);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found[i], expected[i], 1e-15);
  EXPECT_EQ(hessian_product(losses, 2, kParams, Vector(3)), Vector(3));
}

}  // namespace
}  // namespace anole
