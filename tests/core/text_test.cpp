#include "anole/core/text.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace anole {
namespace {

TEST(WithCommas, GroupsThousands) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(113221), "113,221");
  EXPECT_EQ(with_commas(-1234567), "-1,234,567");
}

TEST(DescribeShape, IsChannelsHeightWidth) {
  EXPECT_EQ(describe({.channels = 3, .height = 84, .width = 80}), "3x84x80");
}

TEST(Duration, IsAClock) {
  EXPECT_EQ(duration(75), "1:15");
  EXPECT_EQ(duration(3725), "1:02:05");
  EXPECT_EQ(duration(-1), "0:00");
}

TEST(Elapsed, HasTenthsBelowAMinute) {
  EXPECT_EQ(elapsed(0.94), "0.9 s");
  EXPECT_EQ(elapsed(59.97), "1:00");
}

TEST(SecondsText, GrowsItsUnits) {
  EXPECT_EQ(seconds_text(0.94), "0.9 s");
  EXPECT_EQ(seconds_text(75), "1 min 15 s");
  EXPECT_EQ(seconds_text(3725), "1 h 2 min");
}

TEST(Table, AlignsColumnsByCharactersNotBytes) {
  EXPECT_EQ(table({{"mean", "±", "note"}, {"7", "0.25"}}, "lr"),
            "  mean     ±  note\n"
            "  7     0.25\n");
}

constexpr std::string_view kNames[] = {"shots", "train_shots", "ways", "omniglot"};

TEST(Nearest, FindsAMisspeltName) {
  EXPECT_EQ(nearest("shoots", kNames), "shots");      // one insertion
  EXPECT_EQ(nearest("wyas", kNames), "ways");         // two substitutions, 1 + 4/3
  EXPECT_EQ(nearest("omnigot", kNames), "omniglot");  // one deletion
}

TEST(Nearest, IsEmptyIfNothingIsNear) {
  EXPECT_EQ(nearest("seed", kNames), "");
  EXPECT_EQ(nearest("ways", {}), "");
}

TEST(Nearest, PrefersTheLeastDistance) {
  constexpr std::string_view kClose[] = {"pear", "peas", "pea"};
  EXPECT_EQ(nearest("peas", kClose), "peas");
}

TEST(DidYouMean, AsksOnlyIfSomethingIsNear) {
  EXPECT_EQ(did_you_mean("shot", kNames), "; did you mean 'shots'?");
  EXPECT_EQ(did_you_mean("iterations", kNames), "");
}

TEST(KnownNames, ListsAllAndEndsWithTheNearest) {
  const std::vector<std::string_view> names{"ways", "shots"};
  EXPECT_EQ(known_names("shot", names), "; known are ways, shots; did you mean 'shots'?");
  EXPECT_EQ(known_names("xyzzy", names), "; known are ways, shots");
}

}  // namespace
}  // namespace anole
