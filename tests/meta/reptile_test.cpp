#include "anole/meta/reptile.h"

#include <gtest/gtest.h>

#include <cmath>

#include "anole/core/rng.h"

namespace anole {
namespace {

TaskResult adapted(std::vector<float> params, std::vector<float> moment = {},
                   std::int64_t steps = 0) {
  return {.adapted = {std::move(params), std::move(moment), steps}, .loss = 0};
}

TEST(MeanDelta, IsTheMeanOfTheAdaptedParamsMinusTheParams) {
  const std::vector<float> params{1, 2};
  const std::vector<TaskResult> results{adapted({2, 0}), adapted({4, 5})};
  EXPECT_EQ(mean_delta(params, results), (std::vector<float>{2, 0.5f}));
}

TEST(MeanDelta, SumsInDoubleSoThatSmallTermsSurviveLargeOnes) {
  // In float 1e8 + 1 = 1e8, and the sum would be 0.
  const std::vector<TaskResult> results{adapted({1e8f}), adapted({1}), adapted({-1e8f})};
  EXPECT_EQ(mean_delta(std::vector<float>{0}, results), std::vector<float>{1.0f / 3});
}

TEST(MeanDelta, EveryValueOfALongVectorIsSummed) {
  // 5,003 values: tiles of eight and a rest of three.
  std::vector<float> params(5003, 1), a(5003), b(5003);
  for (std::size_t j = 0; j < 5003; ++j) {
    a[j] = static_cast<float>(j);
    b[j] = static_cast<float>(j) + 2;
  }
  const auto delta = mean_delta(params, std::vector<TaskResult>{adapted(a), adapted(b)});
  for (std::size_t j = 0; j < 5003; ++j) ASSERT_EQ(delta[j], static_cast<float>(j)) << j;
}

TEST(ReptileStep, MovesTowardTheMeanOfTheAdaptedParams) {
  std::vector<float> params{1, -2};
  reptile_step(params, std::vector<float>{4, 8}, 0.25);
  EXPECT_EQ(params, (std::vector<float>{2, 0}));
}

TEST(MetaStep, SerialReptileIsAMetaBatchOfOne) {
  // params + 0.5 (adapted - params); v and t are the task's own.
  MetaState state{.params = {1, 2}, .second_moment = {9, 9}, .adam_steps = 10};
  meta_step(state, std::vector<TaskResult>{adapted({3, 1}, {4, 5}, 15)}, 0.5, MomentRule::kMean);
  EXPECT_EQ(state, (MetaState{{2, 1.5f}, {4, 5}, 15}));
}

TEST(MetaStep, ReturnsTheLengthOfTheMeanChange) {
  MetaState state{.params = {1, 1, 1}};  // mean change (2, 3, 6)
  const std::vector<TaskResult> results{adapted({2, 4, 7}), adapted({4, 4, 7})};
  EXPECT_EQ(meta_step(state, results, 0.5, MomentRule::kKeep), 7);
}

TEST(MetaStep, CarryTakesTheMeanMomentAndGrowsTByTheInnerSteps) {
  MetaState state{.params = {0}, .second_moment = {1}, .adam_steps = 10};
  meta_step(state, std::vector<TaskResult>{adapted({1}, {2}, 15), adapted({5}, {6}, 15)}, 1,
            MomentRule::kMean);
  EXPECT_EQ(state, (MetaState{{3}, {4}, 15}));
}

TEST(MetaStep, CarryFillsAnEmptyMoment) {
  MetaState state{.params = {0}, .second_moment = {}, .adam_steps = 0};
  meta_step(state, std::vector<TaskResult>{adapted({1}, {2}, 5)}, 1, MomentRule::kMean);
  EXPECT_EQ(state, (MetaState{{1}, {2}, 5}));
}

TEST(MetaStep, KeepLeavesMomentAndTAlone) {
  MetaState state{.params = {0}, .second_moment = {1}, .adam_steps = 10};
  meta_step(state, std::vector<TaskResult>{adapted({2}, {7}, 15)}, 0.5, MomentRule::kKeep);
  EXPECT_EQ(state, (MetaState{{1}, {1}, 10}));
}

TEST(MetaStep, AStepOfZeroLeavesTheParams) {
  MetaState state{.params = {0.1f}};
  meta_step(state, std::vector<TaskResult>{adapted({2})}, 0, MomentRule::kKeep);
  EXPECT_EQ(state.params, std::vector<float>{0.1f});
}

TEST(MetaStep, RepeatedStepsTowardFixedTasksReachTheirMean) {
  // Reptile on two tasks whose inner loop halves the distance to 1 and to 3: converges to 2 with
  // error (1 - 0.5 * 0.5)^n.
  MetaState state{.params = {10}};
  for (int i = 0; i < 50; ++i) {
    const float x = state.params[0];
    meta_step(state,
              std::vector<TaskResult>{adapted({x + 0.5f * (1 - x)}), adapted({x + 0.5f * (3 - x)})},
              0.5, MomentRule::kKeep);
  }
  EXPECT_NEAR(state.params[0], 2, 8 * std::pow(0.75, 50) + 1e-6);
}

}  // namespace
}  // namespace anole
