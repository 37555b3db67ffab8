#include "anole/expect/judged.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

// Two ways, one query row a class; `second` is what the row of the second class was called.
JudgedTask pair_task(std::int32_t a, std::int32_t b, std::int32_t first, std::int32_t second) {
  return {.classes = {a, b}, .guesses = {first, second}, .seconds = {1 - first, 1 - second}};
}

// Every pair of `classes` once. Rows of class 0 are called by the other class, all others rightly.
std::vector<JudgedTask> one_bad_class(std::int32_t classes) {
  std::vector<JudgedTask> tasks;
  for (std::int32_t a = 0; a < classes; ++a) {
    for (std::int32_t b = a + 1; b < classes; ++b) tasks.push_back(pair_task(a, b, a == 0, 1));
  }
  return tasks;
}

TEST(Judged, NamesTheFirstOfEqualOutputs) {
  const std::vector<float> outputs{1, 2, 3, 3};
  const auto task = judged({{.ref = {.class_index = 7}}, {.ref = {.class_index = 4}}}, outputs);
  EXPECT_EQ(task, (JudgedTask{.classes = {7, 4}, .guesses = {1, 0}, .seconds = {0, 1}}));
}

TEST(Judged, KeepsTheSecondChoice) {
  const std::vector<float> outputs{5, 9, 7, 1, 1, 0, 2, 3, 9};
  const TaskDraw draw{
      {.ref = {.class_index = 0}}, {.ref = {.class_index = 1}}, {.ref = {.class_index = 2}}};
  EXPECT_EQ(judged(draw, outputs).seconds, (std::vector<std::int32_t>{2, 1, 1}));
}

TEST(Judged, AccuraciesArePercentOfEachTask) {
  const JudgedTask task{.classes = {0, 1}, .guesses = {0, 1, 1, 1}, .seconds = {}};
  EXPECT_EQ(accuracies(std::vector{task, pair_task(0, 1, 0, 1)}), (std::vector<double>{75, 100}));
}

TEST(OverClasses, TheMeanIsThatOverTasks) {
  const auto tasks = one_bad_class(6);  // 5 of 15 tasks are half wrong
  EXPECT_NEAR(accuracy_over_classes(tasks, {}).mean, 100 - 100.0 * 5 / 30, 1e-12);
}

TEST(OverClasses, SharedClassesMakeTheIntervalWiderThanTasksDo) {
  const auto tasks = one_bad_class(6);
  const double over_tasks = estimate_of(accuracies(tasks)).ci95;
  EXPECT_NEAR(over_tasks, 12.3, 0.1);
  EXPECT_GT(accuracy_over_classes(tasks, {}).ci95, 2 * over_tasks);
}

TEST(OverClasses, TheSameSeedGivesTheSameInterval) {
  const auto tasks = one_bad_class(8);
  EXPECT_EQ(accuracy_over_classes(tasks, {.seed = 3}), accuracy_over_classes(tasks, {.seed = 3}));
  EXPECT_NE(accuracy_over_classes(tasks, {.seed = 3}), accuracy_over_classes(tasks, {.seed = 4}));
}

TEST(OverClasses, WhereNothingIsWrongThereIsNoDoubt) {
  const std::vector tasks{pair_task(0, 1, 0, 1), pair_task(1, 2, 0, 1), pair_task(0, 2, 0, 1)};
  EXPECT_EQ(accuracy_over_classes(tasks, {}), (Estimate{100, 0}));
}

// Four ways; the row of class 0 is called 1, and its second choice is right, or is not.
Estimate of_second_choice(std::int32_t second) {
  const JudgedTask task{
      .classes = {0, 1, 2, 3}, .guesses = {1, 1, 2, 3}, .seconds = {second, 2, 0, 0}};
  return accuracy_over_classes(std::vector(20, task), {});
}

TEST(OverClasses, AClassIsBlamedForWhatWouldBeRightWithoutIt) {
  EXPECT_EQ(of_second_choice(0).mean, of_second_choice(2).mean);
  EXPECT_GT(of_second_choice(0).ci95, of_second_choice(2).ci95);
}

TEST(OverClasses, EqualAnswersDifferByNothing) {
  const auto tasks = one_bad_class(6);
  EXPECT_EQ(difference_over_classes(tasks, tasks, {}), (Estimate{0, 0}));
}

TEST(OverClasses, WhatBothMissesIsNotADifference) {
  auto ours = one_bad_class(6), theirs = ours;
  theirs[14] = pair_task(4, 5, 1, 0);  // both wrong
  const auto difference = difference_over_classes(ours, theirs, {});
  EXPECT_NEAR(difference.mean, 100.0 / 15, 1e-12);
  EXPECT_GT(difference.ci95, 0);
}

}  // namespace
}  // namespace anole
