#include "anole/tasks/shift.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr Shape kPicture{.channels = 2, .height = 2, .width = 3};

TEST(ShiftRow, MovesEveryChannelAndRepeatsTheEdge) {
  std::vector<float> row{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
  shift_row(kPicture, 0, 1, row);
  EXPECT_EQ(row, (std::vector<float>{1, 1, 2, 4, 4, 5, 10, 10, 20, 40, 40, 50}));
  shift_row(kPicture, -1, 0, row);
  EXPECT_EQ(row, (std::vector<float>{4, 4, 5, 4, 4, 5, 40, 40, 50, 40, 40, 50}));
}

TEST(ShiftRow, FurtherThanTheImageLeavesItsEdge) {
  std::vector<float> row{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
  shift_row(kPicture, 9, -9, row);
  EXPECT_EQ(row, (std::vector<float>{3, 3, 3, 3, 3, 3, 30, 30, 30, 30, 30, 30}));
}

TEST(ShiftRows, EachRowMovesOnItsOwnByUpToTheMost) {
  constexpr Shape kLine{.channels = 1, .height = 1, .width = 5};
  std::vector<float> rows;
  for (int i = 0; i < 200; ++i) rows.insert(rows.end(), {0, 1, 2, 3, 4});
  Rng rng(1, Stream::kEvalShifts, 0, 0);
  shift_rows(kLine, 2, rng, rows);
  std::set<float> centres;
  for (std::size_t i = 0; i < rows.size(); i += 5) centres.insert(rows[i + 2]);
  EXPECT_EQ(centres, (std::set<float>{0, 1, 2, 3, 4}));  // 2 less right, which is from -2 to 2
}

TEST(ShiftRows, OfNoPixelsChangesNothing) {
  std::vector<float> row{1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
  const auto before = row;
  Rng rng(1, Stream::kEvalShifts, 0, 0);
  shift_rows(kPicture, 0, rng, row);
  EXPECT_EQ(row, before);
}

TEST(CheckShift, RefusesRowsThatAreNoImages) {
  EXPECT_NO_THROW(check_shift("shift", 3, kPicture));
  EXPECT_NO_THROW(check_shift("shift", 0, {.channels = 4}));
  EXPECT_THROW(check_shift("shift", 1, {.channels = 4}), UsageError);
}

}  // namespace
}  // namespace anole
