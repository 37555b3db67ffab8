#include "anole/core/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace anole {
namespace {

TEST(EstimateOf, IsTheMeanAndItsNinetyFivePercentInterval) {
  const auto estimate = estimate_of(std::vector<double>{1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(estimate.mean, 2.5);
  EXPECT_NEAR(estimate.ci95, 1.26517, 1e-5);  // 1.96 sqrt(5/3) / 2
}

TEST(EstimateOf, OneValueHasNoSpread) {
  EXPECT_EQ(estimate_of(std::vector<double>{7}), (Estimate{7, 0}));
}

// Of 10 trials as in Brown, Cai & DasGupta 2001: 0 is not [0, 0], and all is not [1, 1].
TEST(ShareOf, HasWilsonsIntervalInsideZeroAndOne) {
  const auto most = share_of(8, 10), none = share_of(0, 10), all = share_of(10, 10);
  EXPECT_DOUBLE_EQ(most.share, 0.8);
  EXPECT_NEAR(most.low, 0.4902, 1e-4);
  EXPECT_NEAR(most.high, 0.9433, 1e-4);
  EXPECT_NEAR(none.low, 0, 1e-12);
  EXPECT_NEAR(none.high, 0.2775, 1e-4);
  EXPECT_NEAR(all.low, 0.7225, 1e-4);
  EXPECT_NEAR(all.high, 1, 1e-12);
}

}  // namespace
}  // namespace anole
