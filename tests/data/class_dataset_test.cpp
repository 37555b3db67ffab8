#include "anole/data/class_dataset.h"

#include <gtest/gtest.h>

#include <functional>

#include "anole/core/error.h"
#include "tests/error_of.h"

namespace anole {
namespace {

std::array<float, 256> plain_values() {
  std::array<float, 256> values{};
  for (std::size_t v = 0; v < 256; ++v) values[v] = static_cast<float>(v);
  return values;
}

std::vector<float> row(const ClassDataset& set, int class_index, int item, int turns = 0,
                       bool mirrored = false) {
  std::vector<float> out(set.shape().size());
  set.copy_row({class_index, turns, mirrored}, item, out);
  return out;
}

const std::vector<float> kRows = {1, 2, 3, 4, 5, 6};
const std::vector<std::int32_t> kLabels = {1, 0, 1};

TEST(ClassDataset, RegroupsRowsByClassAndKeepsTheirOrder) {
  const auto set = ClassDataset::from_rows(kRows, Shape{2}, kLabels, {"zero", "one"});
  EXPECT_EQ(set.items(), 3);
  EXPECT_EQ(set.classes()[1].name, "one");
  EXPECT_EQ(set.classes()[1].first_item, 1);
  EXPECT_EQ(set.classes()[1].items, 2);
  EXPECT_EQ(row(set, 0, 0), (std::vector<float>{3, 4}));
  EXPECT_EQ(row(set, 1, 0), (std::vector<float>{1, 2}));
  EXPECT_EQ(row(set, 1, 1), (std::vector<float>{5, 6}));
}

TEST(ClassDataset, TurnsBytesIntoTheirValues) {
  auto values = plain_values();
  values[255] = 1;
  const auto set = ClassDataset::from_bytes({255, 0, 7, 255}, {1, 1, 2}, values,
                                            {{"a", "", 0, 1}, {"b", "", 1, 1}});
  EXPECT_EQ(row(set, 0, 0), (std::vector<float>{1, 0}));
  EXPECT_EQ(row(set, 1, 0), (std::vector<float>{7, 1}));
}

// 1 2 3      3 6 9
// 4 5 6  ->  2 5 8   a quarter turn counter-clockwise (as numpy.rot90)
// 7 8 9      1 4 7
TEST(ClassDataset, TurnsImagesCounterClockwise) {
  const auto set = ClassDataset::from_bytes({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 3, 3}, plain_values(),
                                            {{"a", "", 0, 1}});
  EXPECT_EQ(row(set, 0, 0, 1), (std::vector<float>{3, 6, 9, 2, 5, 8, 1, 4, 7}));
  EXPECT_EQ(row(set, 0, 0, 2), (std::vector<float>{9, 8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(row(set, 0, 0, 3), (std::vector<float>{7, 4, 1, 8, 5, 2, 9, 6, 3}));
}

// 1 2 3      3 2 1      1 4 7
// 4 5 6  ->  6 5 4  ->  2 5 8   mirrored, then a quarter turn counter-clockwise
// 7 8 9      9 8 7      3 6 9
TEST(ClassDataset, MirrorsImagesLeftToRightThenTurnsThem) {
  const auto set = ClassDataset::from_bytes({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 3, 3}, plain_values(),
                                            {{"a", "", 0, 1}});
  EXPECT_EQ(row(set, 0, 0, 0, true), (std::vector<float>{3, 2, 1, 6, 5, 4, 9, 8, 7}));
  EXPECT_EQ(row(set, 0, 0, 1, true), (std::vector<float>{1, 4, 7, 2, 5, 8, 3, 6, 9}));
  EXPECT_EQ(row(set, 0, 0, 2, true), (std::vector<float>{7, 8, 9, 4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(row(set, 0, 0, 3, true), (std::vector<float>{9, 6, 3, 8, 5, 2, 7, 4, 1}));
}

TEST(ClassDataset, MirrorsImagesThatAreNotSquare) {
  const auto set =
      ClassDataset::from_bytes({1, 2, 3, 4, 5, 6}, {1, 2, 3}, plain_values(), {{"a", "", 0, 1}});
  EXPECT_EQ(row(set, 0, 0, 0, true), (std::vector<float>{3, 2, 1, 6, 5, 4}));
}

TEST(ClassDataset, TurnsEveryChannelAlike) {
  const auto set = ClassDataset::from_bytes({1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2}, plain_values(),
                                            {{"a", "", 0, 1}});
  EXPECT_EQ(row(set, 0, 0, 1), (std::vector<float>{2, 4, 1, 3, 6, 8, 5, 7}));
}

TEST(ClassDataset, ContentHashCoversShapeNamesAndRows) {
  const auto hash = [](std::vector<float> rows, Shape shape, std::vector<std::string> names) {
    return ClassDataset::from_rows(rows, shape, kLabels, names).content_hash();
  };
  const auto base = hash(kRows, {2}, {"zero", "one"});
  EXPECT_EQ(base, "90ce3b23cea9fc73");  // as Python's hashlib has it
  EXPECT_EQ(base, hash(kRows, {2}, {"zero", "one"}));
  EXPECT_NE(base, hash(kRows, {1, 2, 1}, {"zero", "one"}));
  EXPECT_NE(base, hash(kRows, {2}, {"zer", "oone"}));
  EXPECT_NE(base, hash({1, 2, 3, 4, 5, 7}, {2}, {"zero", "one"}));
}

TEST(ClassDataset, CopiesStandardizedRowsAndKeepsTheHash) {
  auto set = ClassDataset::from_rows(kRows, Shape{2}, kLabels, {"zero", "one"});
  const auto hash = set.content_hash();
  const auto plain = row(set, 1, 0);
  const auto standardized = std::move(set).standardized({1, 2}, {2, 0.5});
  const auto scaled = row(standardized, 1, 0);
  EXPECT_EQ(scaled[0], (plain[0] - 1) / 2);
  EXPECT_EQ(scaled[1], (plain[1] - 2) * 2);
  EXPECT_EQ(standardized.content_hash(), hash);
}

TEST(ClassDataset, RefusesRowsThatDoNotMatchTheLabels) {
  EXPECT_EQ(error_of([] {
              ClassDataset::from_rows(kRows, Shape{4}, kLabels, {"a", "b"});
            }),
            "data set: found 6 values for 3 labels; rows of shape 4 x 1 x 1 need 12 values");
}

TEST(ClassDataset, RefusesALabelWithoutAName) {
  EXPECT_EQ(error_of([] { ClassDataset::from_rows(kRows, Shape{2}, kLabels, {"a"}); }),
            "data set: row 0 has label 1; with 1 class names labels are 0 to 0");
}

TEST(ClassDataset, RefusesAnEmptyClass) {
  EXPECT_EQ(error_of([] {
              ClassDataset::from_rows(kRows, Shape{2}, kLabels, {"a", "b", "c"});
            }),
            "data set: class 'c' has no rows; remove its name or add rows");
}

TEST(ClassDataset, RefusesTwoClassesOfOneName) {
  EXPECT_EQ(error_of([] {
              ClassDataset::from_rows(kRows, Shape{2}, kLabels, {"a", "a"});
            }),
            "data set: two classes are named 'a'; class names must differ");
}

TEST(ClassDataset, RefusesAnImpossibleShape) {
  EXPECT_EQ(error_of([] { ClassDataset::from_rows({}, Shape{0}, {}, {}); }),
            "data set: found rows of shape 0 x 1 x 1, every dimension must be at least 1");
}

TEST(ClassDataset, RefusesClassesThatDoNotTileTheImages) {
  const auto make = [](std::vector<ClassInfo> classes) {
    ClassDataset::from_bytes({1, 2, 3}, {1, 1, 1}, plain_values(), std::move(classes));
  };
  EXPECT_EQ(error_of([&] {
              make({{"a", "", 0, 1}, {"b", "", 2, 1}});
            }),
            "data set: class 'b' begins at image 2, expected 1 (classes lie in order)");
  EXPECT_EQ(error_of([&] {
              make({{"a", "", 0, 2}});
            }),
            "data set: the classes hold 2 images, but there are 3");
  EXPECT_EQ(error_of([&] { make({{"a", "", 0, 0}}); }), "data set: class 'a' has no images");
  EXPECT_EQ(error_of([] {
              ClassDataset::from_bytes({1, 2, 3}, {1, 1, 2}, plain_values(), {});
            }),
            "data set: found 3 bytes, expected a multiple of 2 (images 1 x 1 x 2)");
}

}  // namespace
}  // namespace anole
