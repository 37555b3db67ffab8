#include "anole/adapt/segments.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace anole {
namespace {

TEST(WrapAround, FiveTasksOnTwoWorkersCutTheMiddleOne) {
  // 25 steps on two workers: 13 and 12. Task 2 holds steps 10-14; the border is at 13.
  EXPECT_EQ(
      wrap_around(5, 5, 2),
      (std::vector<Segment>{{2, 0, 2}, {0, 0, 5}, {1, 0, 5}, {3, 0, 5}, {4, 0, 5}, {2, 2, 5}}));
}

TEST(WrapAround, CutsNothingWhenTasksDivideByWorkers) {
  EXPECT_EQ(wrap_around(4, 5, 2),
            (std::vector<Segment>{{0, 0, 5}, {1, 0, 5}, {2, 0, 5}, {3, 0, 5}}));
}

TEST(WrapAround, CutsNothingWhenWorkersOutnumberTasks) {
  EXPECT_EQ(wrap_around(2, 5, 8), (std::vector<Segment>{{0, 0, 5}, {1, 0, 5}}));
}

TEST(WrapAround, LongestLastPartsComeFirst) {
  // 25 steps on four workers: 7 each, borders at 7, 14 and 21.
  EXPECT_EQ(
      wrap_around(5, 5, 4),
      (std::vector<Segment>{
          {1, 0, 3}, {2, 0, 1}, {4, 0, 4}, {0, 0, 5}, {3, 0, 5}, {2, 1, 5}, {1, 3, 5}, {4, 4, 5}}));
}

TEST(WrapAround, NoStepsStillVisitEveryTask) {
  EXPECT_EQ(wrap_around(2, 0, 2), (std::vector<Segment>{{0, 0, 0}, {1, 0, 0}}));
}

TEST(WrapAround, EveryStepOnceAndFirstPartsBeforeLastParts) {
  for (int tasks = 1; tasks <= 9; ++tasks) {
    for (int steps = 1; steps <= 6; ++steps) {
      for (int workers = 1; workers <= 5; ++workers) {
        std::vector<int> done(static_cast<std::size_t>(tasks), 0);
        for (const auto& segment : wrap_around(tasks, steps, workers)) {
          auto& next = done[static_cast<std::size_t>(segment.task)];
          EXPECT_EQ(segment.from, next);
          EXPECT_LT(segment.from, segment.to);
          next = segment.to;
        }
        EXPECT_EQ(std::ranges::count(done, steps), tasks);
      }
    }
  }
}

}  // namespace
}  // namespace anole
