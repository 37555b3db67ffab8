#include "anole/distributions/harmonics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "anole/core/error.h"
#include "anole/distributions/kinds.h"

namespace anole {
namespace {

TEST(HarmonicTasks, GiveShotsPointsAndAHundredAsQueryInOrder) {
  const auto task = HarmonicTasks({.shots = 10, .queries = 1}, 0).task(Stream::kEvalTask, 0, 0);
  EXPECT_EQ(task.support.count, 10);
  EXPECT_EQ(task.query.count, 100);
  EXPECT_TRUE(std::ranges::is_sorted(task.query.rows));
  EXPECT_EQ(task.way, 0);
}

TEST(HarmonicTasks, TargetsAreTheWaveOfTheDescription) {
  const auto task = HarmonicTasks({.shots = 20, .queries = 1}, 3).task(Stream::kEvalTask, 0, 1);
  double a1 = 0, w1 = 0, b1 = 0, a2 = 0, w2 = 0, b2 = 0;
  ASSERT_EQ(std::sscanf(task.class_names[0].c_str(), "%lf sin(%lf x + %lf) + %lf sin(%lf x + %lf)",
                        &a1, &w1, &b1, &a2, &w2, &b2),
            6);
  for (std::size_t i = 0; i < 20; ++i) {
    const double x = task.support.rows[i];
    // Two digits of the description: |x| < 9 times 0.005 and 0.005 of a phase, twice, and 0.01.
    EXPECT_NEAR(task.support.targets[i], a1 * std::sin(w1 * x + b1) + a2 * std::sin(w2 * x + b2),
                0.01 + 0.05 * (std::abs(a1) + std::abs(a2)));
  }
}

TEST(HarmonicTasks, FewerPointsAreAPrefixOfMore) {
  const auto few = HarmonicTasks({.shots = 5, .queries = 0}, 2).task(Stream::kTrainTask, 4, 5);
  const auto many = HarmonicTasks({.shots = 10, .queries = 1}, 2).task(Stream::kTrainTask, 4, 5);
  EXPECT_EQ(few.class_names, many.class_names);
  EXPECT_EQ(few.rows, std::vector<float>(many.rows.begin(), many.rows.begin() + 5));
}

TEST(HarmonicTasks, EachIsSeenNearAPlaceOfItsOwn) {
  const HarmonicTasks source({.shots = 100, .queries = 0}, 0);
  float least = 0, greatest = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const auto task = source.task(Stream::kTrainTask, 0, i);
    float mean = 0;
    for (const float x : task.support.rows) mean += x / 100;
    least = std::min(least, mean);
    greatest = std::max(greatest, mean);
  }
  EXPECT_GT(least, -4.5f);  // means of 100 points are within 0.1 of their place, mostly
  EXPECT_LT(least, -3.5f);
  EXPECT_GT(greatest, 3.5f);
  EXPECT_LT(greatest, 4.5f);
}

TEST(HarmonicTasks, NoPointsAreRefused) {
  try {
    HarmonicTasks({.shots = 0, .queries = 0}, 0);
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "harmonics: shots is 0, queries is 0; shots must be at least 1, queries at least "
                 "0");
  }
}

TEST(HarmonicTasks, AreADistributionByName) {
  const auto harmonics = load_distribution({.dataset = "harmonics"});
  EXPECT_EQ(harmonics->form(5).answer, AnswerKind::kValue);
  EXPECT_EQ(harmonics->facts().training, "new waves");
}

}  // namespace
}  // namespace anole
