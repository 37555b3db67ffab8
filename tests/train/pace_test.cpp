#include "anole/train/pace.h"

#include <gtest/gtest.h>

#include <cmath>

namespace anole {
namespace {

TEST(Pace, KnowsNothingBeforeTheFirstSecond) {
  Pace pace(100, 50);
  pace.mark(100.5, 60);
  EXPECT_EQ(pace.rate(), 0);
  EXPECT_TRUE(std::isinf(pace.seconds_left(1000)));
}

TEST(Pace, CountsFromWhereTheRunBegan) {
  Pace pace(100, 50);
  pace.mark(102, 90);
  EXPECT_DOUBLE_EQ(pace.rate(), 20);
  EXPECT_DOUBLE_EQ(pace.seconds_left(190), 5);
}

TEST(Pace, ForgetsWhatIsOlderThanHalfAMinute) {
  Pace pace(0, 0);
  for (int second = 1; second <= 100; ++second) pace.mark(second, 10 * second);  // 10 a second
  for (int second = 101; second <= 140; ++second) pace.mark(second, 1000 + 2 * (second - 100));
  EXPECT_DOUBLE_EQ(pace.rate(), 2);
}

}  // namespace
}  // namespace anole
