#include "anole/support/truth.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace anole {
namespace {

const std::vector<std::string> kLabels{"a", "Latin/a", "caf\xc3\xa9", "wave"};

TEST(LabelOfFolder, IsTheNameThatThePathEndsWith) {
  EXPECT_EQ(label_of_folder("new/wave", kLabels), 3);
  EXPECT_EQ(label_of_folder("new/wave/", kLabels), 3);
  EXPECT_EQ(label_of_folder("new/heatwave", kLabels), kTruthUnknown);
  EXPECT_EQ(label_of_folder("wave/new", kLabels), kTruthUnknown);
  EXPECT_EQ(label_of_folder("new/wave/../b", kLabels), kTruthUnknown);
}

TEST(LabelOfFolder, TakesTheLongestOfNestedNames) {
  EXPECT_EQ(label_of_folder("/x/Latin/a", kLabels), 1);
  EXPECT_EQ(label_of_folder("/x/Greek/a", kLabels), 0);
}

TEST(LabelOfFolder, KnowsAFolderByWhereWeAre) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(label_of_folder(".", {here.filename().string()}), 0);
  EXPECT_EQ(label_of_folder("", {here.filename().string()}), 0);
}

TEST(LabelNamed, KnowsLettersWhoseAccentIsOnItsOwn) {
  EXPECT_EQ(label_named("cafe\xcc\x81", kLabels), 2);
  EXPECT_EQ(label_of_folder("/x/cafe\xcc\x81", kLabels), 2);
  EXPECT_EQ(label_named("cafe", kLabels), kTruthUnknown);
  EXPECT_EQ(label_named("", kLabels), kTruthUnknown);
}

}  // namespace
}  // namespace anole
