#include "anole/core/nearest.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace anole {
namespace {

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
