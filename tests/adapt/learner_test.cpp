#include <gtest/gtest.h>

#include "anole/adapt/task_state.h"
#include "anole/core/error.h"
#include "tests/adapt/adapted.h"

namespace anole {
namespace {

const MetaState kStored{
    .params = {1, 2}, .second_moment = {0.5f, 0.25f}, .adam_steps = 7, .moment_rows = 10};
const MetaState kFresh{.params = {1, 2}, .second_moment = {}, .adam_steps = 0};

TaskState state_at_start(const MetaState& start, const InnerOptions& options) {
  return settled(begin_task(start, options), options);
}

TEST(BeginTask, ReadsItsStartInPlace) {
  const auto state = begin_task(kStored, {}, {.params = {7}, .second_moment = {7}});
  EXPECT_EQ(state.start, &kStored);
  EXPECT_EQ(state.params().data(), kStored.params.data());
}

TEST(BeginTask, CarryStartsFromTheStoredMoment) {
  EXPECT_EQ(state_at_start(kStored, {}).meta, kStored);
}

TEST(BeginTask, CarryWithNothingStoredStartsFromZeros) {
  const auto state = state_at_start(kFresh, {});
  EXPECT_EQ(state.meta.second_moment, (std::vector<float>{0, 0}));
  EXPECT_EQ(state.meta.adam_steps, 0);
}

TEST(BeginTask, ResetStartsFromZerosWhateverIsStored) {
  const auto state = state_at_start(kStored, {.optimizer_state = OptimizerState::kReset});
  EXPECT_EQ(state.meta.params, kStored.params);
  EXPECT_EQ(state.meta.second_moment, (std::vector<float>{0, 0}));
  EXPECT_EQ(state.meta.adam_steps, 0);
}

TEST(BeginTask, FrozenStartsFromTheStoredMoment) {
  EXPECT_EQ(state_at_start(kStored, {.optimizer_state = OptimizerState::kFrozen}).meta, kStored);
}

TEST(BeginTask, FrozenWithNothingStoredSaysWhatToDo) {
  try {
    begin_task(kFresh, {.optimizer_state = OptimizerState::kFrozen});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("0 Adam steps so far"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("optimizer_state carry"), std::string::npos);
  }
}

TEST(BeginTask, SgdHasNoMoment) {
  const auto state = state_at_start(kStored, {.optimizer = Optimizer::kSgd});
  EXPECT_EQ(state.meta, kFresh);
}

TEST(BeginTask, StartsWithNoStepsTakenAndNoFirstMoment) {
  const auto state = state_at_start(kStored, {.beta1 = 0.9});
  EXPECT_EQ(state.task_steps, 0);
  EXPECT_TRUE(state.first_moment.empty());
}

TEST(BeginTask, RefusesASecondMomentOfAnotherLength) {
  EXPECT_THROW(begin_task({.params = {1, 2}, .second_moment = {1}, .adam_steps = 1}, {}), Error);
}

double scale(std::int32_t moment_rows, int rows, InnerOptions options = {}) {
  return gradient_scale(moment_rows, options, rows);
}

TEST(GradientScale, IsTheShareOfTheRowsThatTheSecondMomentIsOf) {
  EXPECT_EQ(scale(10, 5), 0.5);
  EXPECT_EQ(scale(10, 15), 1.5);
  EXPECT_EQ(scale(10, 10), 1);
}

TEST(GradientScale, IsOneForAMeanLoss) {
  EXPECT_EQ(scale(10, 5, {.loss_reduction = LossReduction::kMean}), 1);
}

TEST(GradientScale, TheFirstBatchIsTheUnitWhereThereIsNone) {
  std::int32_t moment_rows = 0;
  EXPECT_EQ(gradient_scale(moment_rows, {}, 8), 1);
  EXPECT_EQ(moment_rows, 8);
  EXPECT_EQ(gradient_scale(moment_rows, {}, 4), 0.5);
}

}  // namespace
}  // namespace anole
