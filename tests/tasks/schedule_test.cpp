#include "anole/tasks/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <span>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

using Rows = std::vector<std::int32_t>;

Rng rng(std::uint64_t iteration = 0) { return Rng(1, Stream::kTrainBatches, iteration); }

Rows sorted(std::span<const std::int32_t> rows) {
  Rows copy(rows.begin(), rows.end());
  std::sort(copy.begin(), copy.end());
  return copy;
}

TEST(Schedule, UsesEveryRowOnceBeforeItReshuffles) {
  const auto batches = schedule(rng(), 6, {.batch = 2, .steps = 6});
  EXPECT_EQ(batches.steps(), 6);
  const auto rows = std::span(batches.rows);
  EXPECT_EQ(sorted(rows.first(6)), (Rows{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(sorted(rows.last(6)), (Rows{0, 1, 2, 3, 4, 5}));
}

// Five rows in batches of two: the third batch takes the last row of the first shuffle and the
// first row of the second.
TEST(Schedule, KeepsABatchThatStraddlesTwoShuffles) {
  const auto batches = schedule(rng(), 5, {.batch = 2, .steps = 5});
  EXPECT_EQ(sorted(std::span(batches.rows).subspan(0, 5)), (Rows{0, 1, 2, 3, 4}));
  EXPECT_EQ(sorted(std::span(batches.rows).subspan(5, 5)), (Rows{0, 1, 2, 3, 4}));
  EXPECT_EQ(batches.step(2).size(), 2u);
  EXPECT_EQ(batches.step(2)[0], batches.rows[4]);
  EXPECT_EQ(batches.step(2)[1], batches.rows[5]);
}

TEST(Schedule, AStraddlingBatchMayHoldARowTwice) {
  int twice = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const auto batches = schedule(rng(i), 3, {.batch = 2, .steps = 2});
    twice += batches.step(1)[0] == batches.step(1)[1];
  }
  EXPECT_NEAR(twice, 200 / 3, 25);  // with probability 1/3; 25 is 3.7 standard deviations
}

TEST(Schedule, FewerStepsAreAPrefixOfMore) {
  for (const bool replacement : {false, true}) {
    const auto few = schedule(rng(), 7, {.batch = 3, .steps = 4, .replacement = replacement});
    const auto many = schedule(rng(), 7, {.batch = 3, .steps = 9, .replacement = replacement});
    EXPECT_EQ(slice(many, 0, 4).rows, few.rows);
  }
}

TEST(Schedule, WithReplacementABatchNeverHoldsARowTwice) {
  const auto batches = schedule(rng(), 5, {.batch = 4, .steps = 50, .replacement = true});
  for (int k = 0; k < 50; ++k) {
    const auto step = batches.step(k);
    EXPECT_EQ(std::set(step.begin(), step.end()).size(), 4u);
  }
}

TEST(Schedule, WithReplacementBatchesDoNotShareAnEpoch) {
  const auto batches = schedule(rng(), 4, {.batch = 2, .steps = 60, .replacement = true});
  int repeats = 0;  // of a row from the batch before, inside what would be one shuffle
  for (int k = 0; k < 60; k += 2) {
    for (const auto row : batches.step(k)) {
      repeats += std::count(batches.step(k + 1).begin(), batches.step(k + 1).end(), row) > 0;
    }
  }
  EXPECT_GT(repeats, 10);  // 30 expected; without replacement 0
}

TEST(Schedule, BatchZeroOrTooLargeMeansAllRows) {
  EXPECT_EQ(schedule(rng(), 5, {.batch = 0, .steps = 2}).batch, 5);
  EXPECT_EQ(schedule(rng(), 5, {.batch = 12, .steps = 2}).batch, 5);
  EXPECT_EQ(sorted(schedule(rng(), 5, {.batch = 0, .steps = 2}).step(1)), (Rows{0, 1, 2, 3, 4}));
}

TEST(Schedule, IsTheSameOnEveryMachine) {
  EXPECT_EQ(schedule(Rng(0, Stream::kTrainBatches), 5, {.batch = 5, .steps = 1}).rows,
            (Rows{0, 1, 4, 2, 3}));
}

// Rows of the last batch, and rows of all earlier ones.
std::pair<std::set<std::int32_t>, std::set<std::int32_t>> tail_and_rest(const Batches& batches) {
  const auto tail = batches.step(batches.steps() - 1);
  const auto rest = std::span(batches.rows).first(batches.rows.size() - tail.size());
  return {{tail.begin(), tail.end()}, {rest.begin(), rest.end()}};
}

TEST(Schedule, ASeparateTailSharesNoRowWithEarlierBatches) {
  for (const bool replacement : {false, true}) {
    const auto [tail, rest] = tail_and_rest(schedule(
        rng(), 7, {.batch = 3, .steps = 9, .replacement = replacement, .tail = Tail::kSeparate}));
    EXPECT_EQ(tail.size(), 3u);
    EXPECT_EQ(rest.size(), 4u);  // 24 draws: all of the other four
    for (const auto row : tail) EXPECT_FALSE(rest.contains(row));
  }
}

TEST(Schedule, ASeparateTailLeavesTheOthersInShuffles) {
  const auto batches = schedule(
      rng(), 6, {.batch = 2, .steps = 5, .tail = Tail::kSeparate});  // 4 rows for 4 batches
  auto first = std::vector(batches.rows.begin(), batches.rows.begin() + 4);
  auto second = std::vector(batches.rows.begin() + 4, batches.rows.begin() + 8);
  EXPECT_EQ(sorted(first), sorted(second));
  EXPECT_EQ(std::set(first.begin(), first.end()).size(), 4u);
}

TEST(Schedule, AScheduleOfOneStepIsItsTail) {
  const auto batches = schedule(rng(), 3, {.batch = 3, .steps = 1, .tail = Tail::kSeparate});
  EXPECT_EQ(sorted(batches.step(0)), (Rows{0, 1, 2}));
}

TEST(RowsNeeded, TwiceTheBatchWhereTheTailIsSeparate) {
  EXPECT_EQ(rows_needed({.batch = 10, .steps = 5}), 10);
  EXPECT_EQ(rows_needed({.batch = 10, .steps = 5, .tail = Tail::kSeparate}), 20);
  EXPECT_EQ(rows_needed({.batch = 10, .steps = 1, .tail = Tail::kSeparate}), 10);
  EXPECT_THROW((void)rows_needed({.batch = 0, .steps = 5, .tail = Tail::kSeparate}), UsageError);
}

TEST(Slice, TakesTheStepsInBetween) {
  const Batches batches{.batch = 2, .rows = {0, 1, 2, 3, 4, 5}};
  EXPECT_EQ(slice(batches, 1, 3).rows, (Rows{2, 3, 4, 5}));
  EXPECT_EQ(slice(batches, 1, 1).steps(), 0);
  EXPECT_EQ(slice(batches, 1, 1).batch, 2);
}

}  // namespace
}  // namespace anole
