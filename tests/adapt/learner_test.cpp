#include "anole/adapt/learner.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"

namespace anole {
namespace {

const MetaState kStored{.params = {1, 2}, .second_moment = {0.5f, 0.25f}, .adam_steps = 7};
const MetaState kFresh{.params = {1, 2}, .second_moment = {}, .adam_steps = 0};

TEST(BeginTask, CarryStartsFromTheStoredMoment) {
  EXPECT_EQ(begin_task(kStored, {}).meta, kStored);
}

TEST(BeginTask, CarryWithNothingStoredStartsFromZeros) {
  const auto state = begin_task(kFresh, {});
  EXPECT_EQ(state.meta.second_moment, (std::vector<float>{0, 0}));
  EXPECT_EQ(state.meta.adam_steps, 0);
}

TEST(BeginTask, ResetStartsFromZerosWhateverIsStored) {
  const auto state = begin_task(kStored, {.optimizer_state = OptimizerState::kReset});
  EXPECT_EQ(state.meta.params, kStored.params);
  EXPECT_EQ(state.meta.second_moment, (std::vector<float>{0, 0}));
  EXPECT_EQ(state.meta.adam_steps, 0);
}

TEST(BeginTask, FrozenStartsFromTheStoredMoment) {
  EXPECT_EQ(begin_task(kStored, {.optimizer_state = OptimizerState::kFrozen}).meta, kStored);
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
  const auto state = begin_task(kStored, {.optimizer = Optimizer::kSgd});
  EXPECT_EQ(state.meta, kFresh);
}

TEST(BeginTask, StartsWithNoStepsTakenAndNoFirstMoment) {
  const auto state = begin_task(kStored, {.beta1 = 0.9});
  EXPECT_EQ(state.task_steps, 0);
  EXPECT_TRUE(state.first_moment.empty());
}

TEST(BeginTask, RefusesASecondMomentOfAnotherLength) {
  EXPECT_THROW(begin_task({.params = {1, 2}, .second_moment = {1}, .adam_steps = 1}, {}), Error);
}

TEST(GradientScale, IsTheShareOfTheRowsThatTheSecondMomentIsOf) {
  EXPECT_EQ(gradient_scale({.moment_batch = 10}, 5), 0.5);
  EXPECT_EQ(gradient_scale({.moment_batch = 10}, 15), 1.5);
  EXPECT_EQ(gradient_scale({.moment_batch = 10}, 10), 1);
}

TEST(GradientScale, IsOneForAMeanLoss) { EXPECT_EQ(gradient_scale({}, 5), 1); }

}  // namespace
}  // namespace anole
