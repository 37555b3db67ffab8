#include "anole/meta/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace anole {
namespace {

TEST(AnnealedStep, GoesFromOneToZeroLinearly) {
  EXPECT_DOUBLE_EQ(annealed_step(1, 0, 0, 100000), 1);
  EXPECT_DOUBLE_EQ(annealed_step(1, 0, 25000, 100000), 0.75);
  EXPECT_NEAR(annealed_step(1, 0, 99999, 100000), 1e-5,
              2.3e-16);  // one unit in the last place of 1
}

TEST(AnnealedStep, GoesFromAnyStartToAnyEnd) {
  EXPECT_DOUBLE_EQ(annealed_step(0.1, 0.3, 5, 10), 0.2);
}

TEST(CosineStep, GoesFromStartToFinalSlowAtBothEnds) {
  EXPECT_DOUBLE_EQ(cosine_step(1, 0, 0, 100), 1);
  EXPECT_NEAR(cosine_step(1, 0, 50, 100), 0.5, 1e-15);
  EXPECT_NEAR(cosine_step(1, 0, 100, 100), 0, 1e-15);
  EXPECT_NEAR(cosine_step(1, 0, 25, 100), (1 + std::sqrt(0.5)) / 2, 1e-15);
  EXPECT_NEAR(cosine_step(0.1, 0.3, 50, 100), 0.2, 1e-15);
}

TEST(UpdateAverage, IsThePlainMeanUntilItIsAsLongAsTheDecaySays) {
  std::vector<float> average;
  for (std::int64_t i = 0; i < 4; ++i) {  // 8, then 16, 24, 32: with decay 0.9 all means are plain
    update_average(average, std::vector<float>{8.0f * static_cast<float>(i + 1)}, 0.9, i);
  }
  EXPECT_FLOAT_EQ(average[0], 20);
}

TEST(UpdateAverage, IsAMovingAverageFromThenOn) {
  std::vector<float> average{1, 2};
  update_average(average, std::vector<float>{3, 2}, 0.75, 1000);  // 0.75 1 + 0.25 3
  EXPECT_EQ(average, (std::vector<float>{1.5f, 2}));
}

}  // namespace
}  // namespace anole
