#include "bench/summary.h"

#include <gtest/gtest.h>

namespace anole::bench {
namespace {

TEST(Summary, TheMedianIsTheMiddleValue) {
  const auto spread = spread_of({3, 1, 200});
  EXPECT_EQ(spread.median, 3);
  EXPECT_EQ(spread.min, 1);
  EXPECT_EQ(spread.max, 200);
}

TEST(Summary, TheMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(spread_of({4, 1, 2, 100}).median, 3);
}

TEST(Summary, ThePercentileIsTheNearestRank) {
  std::vector<double> values;
  for (int i = 200; i >= 1; --i) values.push_back(i);
  EXPECT_EQ(percentile(values, 99), 198);  // of 200 values two are larger
  EXPECT_EQ(percentile(values, 100), 200);
  EXPECT_EQ(percentile({7}, 99), 7);
}

}  // namespace
}  // namespace anole::bench
