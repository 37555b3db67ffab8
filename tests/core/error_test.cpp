#include "anole/core/error.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

TEST(Error, FormatsItsMessage) { EXPECT_STREQ(Error("{} of {}", 3, "four").what(), "3 of four"); }

TEST(Error, TakesAPlainTextWithBraces) { EXPECT_STREQ(Error("{\"lr\": 1}").what(), "{\"lr\": 1}"); }

TEST(UsageError, IsAnError) { EXPECT_THROW(throw UsageError("ways is {}", 0), Error); }

TEST(CheckDeathTest, NamesTheConditionAndItsPlace) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(ANOLE_CHECK(1 + 1 == 3),
               "anole: internal error at .*error_test.cpp:[0-9]+: 1 \\+ 1 == 3 does not hold");
}

}  // namespace
}  // namespace anole
