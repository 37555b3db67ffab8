#include "anole/distributions/sine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "anole/core/error.h"

namespace anole {
namespace {

TEST(SineTasks, GivesShotsPointsAndAllFiftyAsQuery) {
  const auto task = SineTasks({.shots = 10, .queries = 1}, 0).task(Stream::kEvalTask, 0, 0);
  EXPECT_EQ(task.way, 0);
  EXPECT_EQ(task.support.count, 10);
  EXPECT_EQ(task.support.targets.size(), 10u);
  EXPECT_TRUE(task.support.labels.empty());
  EXPECT_EQ(std::set(task.support.rows.begin(), task.support.rows.end()).size(), 10u);
  EXPECT_EQ(task.query.count, 50);
  EXPECT_EQ(task.query.rows.front(), -5.0f);
  EXPECT_FLOAT_EQ(task.query.rows[1], -4.7959184f);  // -5 + 10/49
  EXPECT_EQ(task.query.rows.back(), 5.0f);
}

TEST(SineTasks, TrainsOnAllFiftyPointsWithoutQueries) {
  const auto task = SineTasks({.shots = 50, .queries = 0}, 0).task(Stream::kTrainTask, 0, 0);
  EXPECT_EQ(std::set(task.support.rows.begin(), task.support.rows.end()).size(), 50u);
  EXPECT_EQ(task.query.count, 0);
}

TEST(SineTasks, TargetsFollowTheWaveOfTheDescription) {
  const auto task = SineTasks({.shots = 5, .queries = 1}, 3).task(Stream::kEvalTask, 0, 1);
  double amplitude = 0, phase = 0;
  ASSERT_EQ(std::sscanf(task.class_names[0].c_str(), "%lf sin(x + %lf)", &amplitude, &phase), 2);
  for (std::size_t i = 0; i < 50; ++i) {
    const double wanted = amplitude * std::sin(double{task.query.rows[i]} + phase);
    EXPECT_NEAR(task.query.targets[i], wanted, 0.035);  // 0.005 (1 + a), for two rounded numbers
  }
}

TEST(SineTasks, AmplitudesFillTheirRange) {
  const SineTasks source({.shots = 50, .queries = 0}, 0);
  float least = 9, most = 0;
  double sum = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const auto targets = source.task(Stream::kTrainTask, 0, i).targets;
    const auto peak = *std::max_element(targets.begin(), targets.end());
    least = std::min(least, peak);
    most = std::max(most, peak);
    sum += peak;
  }
  EXPECT_NEAR(least, 0.1, 0.02);
  EXPECT_NEAR(most, 5, 0.02);
  EXPECT_NEAR(sum / 2000, 2.55, 0.1);  // (0.1 + 5) / 2; standard error 0.03
}

TEST(SineTasks, TheWaveDoesNotDependOnShots) {
  const auto few = SineTasks({.shots = 5, .queries = 1}, 2).task(Stream::kEvalTask, 4, 5);
  const auto many = SineTasks({.shots = 10, .queries = 1}, 2).task(Stream::kEvalTask, 4, 5);
  EXPECT_EQ(few.class_names, many.class_names);
  EXPECT_TRUE(
      std::equal(few.support.rows.begin(), few.support.rows.end(), many.support.rows.begin()));
}

TEST(SineTasks, RefusesMoreShotsThanPoints) {
  try {
    SineTasks({.shots = 51, .queries = 0}, 0);
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "sine: shots is 51, queries is 0; a wave has 50 points, so shots must be 1 to 50 "
                 "and queries at least 0");
  }
}

}  // namespace
}  // namespace anole
