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

}  // namespace
}  // namespace anole
