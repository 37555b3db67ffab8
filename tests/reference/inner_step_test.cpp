#include "anole/reference/inner_step.h"

#include <gtest/gtest.h>

#include <cmath>

namespace anole::reference {
namespace {

// One param, so that every number can be followed by hand.
InnerState<double> one_param(double param, double second_moment, std::int64_t adam_steps,
                             std::int32_t moment_rows = 0) {
  return {.params = {param},
          .second_moment = {second_moment},
          .first_moment = {},
          .adam_steps = adam_steps,
          .task_steps = 0,
          .moment_rows = moment_rows};
}
void step(InnerState<double>& state, double gradient, const InnerOptions& options, int rows = 1) {
  inner_step<double>(state, std::vector{gradient}, options, rows);
}

TEST(InnerStep, SgdMovesAgainstTheGradient) {
  InnerState<double> state{.params = {1, 2}, .second_moment = {}, .first_moment = {}};
  inner_step<double>(state, std::vector{0.5, -4.0}, {.optimizer = Optimizer::kSgd, .lr = 0.25}, 1);
  EXPECT_EQ(state.params, (std::vector{0.875, 3.0}));
  EXPECT_TRUE(state.second_moment.empty());
  EXPECT_EQ(state.adam_steps, 0);
  EXPECT_EQ(state.task_steps, 1);
}

TEST(InnerStep, AdamsFirstStepMovesByAboutTheLearningRate) {
  auto state = one_param(1, 0, 0);
  step(state, 3, {.lr = 0.01});
  // v = 0.001 * 9, t = 1: sqrt(1 - 0.999) * 3 / sqrt(0.009) = 1.
  EXPECT_NEAR(state.params[0], 0.99, 1e-8);
  EXPECT_NEAR(state.second_moment[0], 0.009, 1e-15);
  EXPECT_EQ(state.adam_steps, 1);
}

TEST(InnerStep, AdamContinuesFromTheStoredMomentAndStepCount) {
  auto state = one_param(1, 4, 9);
  step(state, 2, {.lr = 0.5, .beta2 = 0.5, .eps = 1});
  // v = 0.5 * 4 + 0.5 * 4 = 4, t = 10: 0.5 * sqrt(1 - 2^-10) * 2 / (2 + 1).
  EXPECT_EQ(state.second_moment[0], 4);
  EXPECT_EQ(state.adam_steps, 10);
  EXPECT_NEAR(state.params[0], 1 - std::sqrt(1 - 1 / 1024.0) / 3, 1e-15);
}

TEST(InnerStep, EpsStandsOutsideTheBiasCorrection) {
  auto state = one_param(0, 0, 0);
  step(state, 1, {.lr = 1, .beta2 = 0.75, .eps = 0.5});
  // sqrt(0.25) * 1 / (sqrt(0.25) + 0.5) = 0.5; with eps inside it would be 1 / (1 + 0.5).
  EXPECT_NEAR(state.params[0], -0.5, 1e-15);
}

TEST(InnerStep, Beta1KeepsAFirstMomentCorrectedByTheTasksOwnSteps) {
  auto state = one_param(0, 1, 1000);
  const InnerOptions options{.lr = 1, .beta1 = 0.5, .beta2 = 0, .eps = 1e-8};
  step(state, 2, options);  // m = 1, / (1 - 0.5) = 2; v = 4: moves by 2 / 2
  EXPECT_NEAR(state.params[0], -1, 1e-7);
  step(state, 4, options);  // m = 0.5 + 2 = 2.5, / 0.75; v = 16: moves by 2.5 / 0.75 / 4
  EXPECT_NEAR(state.params[0], -1 - 2.5 / 3, 1e-7);
  EXPECT_EQ(state.first_moment[0], 2.5);
  EXPECT_EQ(state.task_steps, 2);
}

TEST(InnerStep, FrozenLeavesTheSecondMomentAndStepCount) {
  auto state = one_param(1, 4, 1);
  step(state, 8, {.lr = 1, .beta2 = 0.75, .eps = 2, .optimizer_state = OptimizerState::kFrozen});
  EXPECT_EQ(state.second_moment[0], 4);
  EXPECT_EQ(state.adam_steps, 1);
  EXPECT_EQ(state.params[0], 1 - 0.5 * 8 / (2 + 2));  // t = 1: sqrt(1 - 0.75) = 0.5
}

TEST(InnerStep, WeightDecayShrinksEveryParamFirst) {
  auto state = one_param(8, 0, 0);
  step(state, 1, {.optimizer = Optimizer::kSgd, .lr = 0.5, .weight_decay = 0.25});
  EXPECT_EQ(state.params[0], 5.5);
}

TEST(InnerStep, ClippingShortensALongGradientAndLeavesAShortOne) {
  const InnerOptions options{.optimizer = Optimizer::kSgd, .lr = 1, .clip_norm = 2.5};
  InnerState<double> state{.params = {0, 0}, .second_moment = {}, .first_moment = {}};
  inner_step<double>(state, std::vector{3.0, -4.0}, options, 1);  // |g| = 5: half of it
  EXPECT_EQ(state.params, (std::vector{-1.5, 2.0}));
  inner_step<double>(state, std::vector{1.5, -2.0}, options, 1);  // |g| = 2.5: all of it
  EXPECT_EQ(state.params, (std::vector{-3.0, 4.0}));
}

TEST(InnerStep, AdamsSecondMomentSeesTheClippedGradient) {
  auto state = one_param(1, 0, 0);
  step(state, 100, {.lr = 0.01, .clip_norm = 3});
  EXPECT_NEAR(state.second_moment[0], 0.009, 1e-15);  // 0.001 * 3^2
  EXPECT_NEAR(state.params[0], 0.99, 1e-8);
}

TEST(InnerStep, ABatchOfHalfAsManyRowsHasHalfTheSummedLoss) {
  auto state = one_param(1, 1, 1, 10);
  // 5 of 10 rows: g = 4 / 2; v = 0.75 + 0.25 * 4, t = 2: sqrt(1 - 0.75^2) * 2 / (sqrt(1.75) + 1).
  step(state, 4, {.lr = 1, .beta2 = 0.75, .eps = 1}, 5);
  EXPECT_EQ(state.second_moment[0], 1.75);
  EXPECT_NEAR(state.params[0], 1 - std::sqrt(0.4375) * 2 / (std::sqrt(1.75) + 1), 1e-15);
}

// Meta-training on batches of 10, then two batches of 4: the steps of a program whose loss is the
// sum over the batch, and whose second moment is 10 * 10 times ours.
TEST(InnerStep, StepsAreThoseOfASummedLossWhateverTheBatches) {
  auto ours = one_param(1, 0.25, 100, 10), summed = one_param(1, 25, 100);
  const InnerOptions options{.lr = 0.5, .beta2 = 0.5, .eps = 1e-12};
  for (const double gradient : {0.5, -3.0}) {
    step(ours, gradient, options, 4);
    step(summed, 4 * gradient, options, 4);  // its unit is the batch itself
    EXPECT_NEAR(ours.params[0], summed.params[0], 1e-11);
    EXPECT_NEAR(100 * ours.second_moment[0], summed.second_moment[0], 1e-12);
  }
  EXPECT_NEAR(ours.params[0], 1.411374, 5e-7);  // 1 - 0.1 / sqrt(0.145) + 0.6 / sqrt(0.7925)
}

TEST(InnerStep, TheFirstMomentToo) {
  auto state = one_param(0, 1, 1000, 8);
  // g = 8 / 4; m = 1, / (1 - 0.5) = 2; v = 4: moves by 2 / 2.
  step(state, 8, {.lr = 1, .beta1 = 0.5, .beta2 = 0}, 2);
  EXPECT_EQ(state.first_moment[0], 1);
  EXPECT_NEAR(state.params[0], -1, 1e-7);
}

TEST(InnerStep, AMeanLossTakesEveryBatchAlike) {
  auto five = one_param(1, 4, 9, 10), ten = five;
  const InnerOptions mean{.loss_reduction = LossReduction::kMean};
  step(five, 3, mean, 5);
  step(ten, 3, mean, 10);
  EXPECT_EQ(five.params, ten.params);
  EXPECT_EQ(five.second_moment, ten.second_moment);
  EXPECT_DOUBLE_EQ(five.second_moment[0], 4.005);  // 0.999 * 4 + 0.001 * 3^2
}

TEST(InnerStep, SgdIsOfTheMeanLoss) {
  auto state = one_param(1, 0, 0, 10);
  step(state, 3, {.optimizer = Optimizer::kSgd, .lr = 0.5}, 5);
  EXPECT_EQ(state.params[0], -0.5);
}

TEST(InnerStep, AGradientOfZeroSurvivesClipping) {
  auto state = one_param(1, 4, 9);
  step(state, 0, {.optimizer = Optimizer::kSgd, .lr = 1, .clip_norm = 1});
  EXPECT_EQ(state.params[0], 1);
}

}  // namespace
}  // namespace anole::reference
