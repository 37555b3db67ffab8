#include "anole/core/rng.h"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace anole {
namespace {

using Items = std::vector<std::int32_t>;

// The known answers that Random123 publishes for philox4x32 with 10 rounds (its kat_vectors file).
TEST(Philox, GivesThePublishedAnswers) {
  struct Case {
    r123::Philox4x32::ctr_type counter;
    r123::Philox4x32::key_type key;
    r123::Philox4x32::ctr_type answer;
  };
  const Case cases[] = {
      {{{0, 0, 0, 0}}, {{0, 0}}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
      {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
       {{0xffffffff, 0xffffffff}},
       {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
      {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
       {{0xa4093822, 0x299f31d0}},
       {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(r123::Philox4x32{}(one.counter, one.key), one.answer);
  }
}

TEST(Rng, BeginsWithThePublishedAnswerOfTheZeroCounter) {
  Rng rng(0, static_cast<Stream>(0));
  EXPECT_EQ(rng.bits(), 0x6627e8d5u);
  EXPECT_EQ(rng.bits(), 0xe169c58du);
  EXPECT_EQ(rng.bits(), 0xbc57ac4cu);
  EXPECT_EQ(rng.bits(), 0x9b00dbd8u);
}

// Counter [0, task, iteration low, stream << 24 | iteration high], key [seed low, seed high]; from
// ten lines of Python that write Philox out and give the published answers above.
TEST(Rng, KeysItsCounterByStreamIterationAndTask) {
  Rng rng(0x299f31d0a4093822, Stream::kTrainTask, 0x123489abcdef, 7);
  EXPECT_EQ(rng.bits(), 0x924509c3u);
  EXPECT_EQ(rng.bits(), 0x6ee49d17u);
  EXPECT_EQ(rng.bits(), 0xbb5b7c85u);
  EXPECT_EQ(rng.bits(), 0x33f29585u);
}

TEST(Rng, EveryPartOfTheKeyMakesAnotherSequence) {
  std::set<std::uint32_t> firsts;
  for (auto rng :
       {Rng(0, Stream::kInit), Rng(1, Stream::kInit), Rng(std::uint64_t{1} << 32, Stream::kInit),
        Rng(0, Stream::kTrainTask), Rng(0, Stream::kInit, 1),
        Rng(0, Stream::kInit, std::uint64_t{1} << 32), Rng(0, Stream::kInit, 0, 1)}) {
    firsts.insert(rng.bits());
  }
  EXPECT_EQ(firsts.size(), 7u);
}

TEST(Rng, BelowIsUniform) {
  Rng rng(0, Stream::kSplit);
  std::vector<int> counts(6);
  for (int i = 0; i < 60000; ++i) ++counts[rng.below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);  // standard deviation 91
  EXPECT_EQ(rng.below(1), 0u);
}

// With bound 3 * 2^30, a product without rejection gives every third value twice as often.
TEST(Rng, BelowRejectsWhatWouldFavourSomeValues) {
  Rng rng(0, Stream::kSplit);
  std::vector<int> counts(3);
  for (int i = 0; i < 30000; ++i) ++counts[rng.below(0xc0000000u) % 3];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);
}

TEST(Rng, UniformFillsZeroToOneWithoutOne) {
  Rng rng(0, Stream::kInit);
  float least = 1, most = 0;
  double sum = 0;
  for (int i = 0; i < 100000; ++i) {
    const float value = rng.uniform();
    least = std::min(least, value);
    most = std::max(most, value);
    sum += value;
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(least, 0.001f);
  EXPECT_LT(most, 1);
  EXPECT_GT(most, 0.999f);
  EXPECT_NEAR(sum / 100000, 0.5, 0.004);  // standard error 0.0009
}

TEST(Rng, NormalHasMeanZeroAndVarianceOne) {
  Rng rng(0, Stream::kInit);
  double sum = 0, squares = 0;
  for (int i = 0; i < 100000; ++i) {
    const double value = rng.normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 100000, 0, 0.013);      // standard error 0.0032
  EXPECT_NEAR(squares / 100000, 1, 0.018);  // standard error 0.0045
}

TEST(Rng, ShuffleIsAPermutationThatIsTheSameEverywhere) {
  Items items(5);
  std::iota(items.begin(), items.end(), 0);
  Rng(0, Stream::kTrainBatches).shuffle(items);
  EXPECT_EQ(items, (Items{0, 1, 4, 2, 3}));  // as the Python above
}

TEST(Rng, ShuffleReachesEveryOrderEquallyOften) {
  Rng rng(0, Stream::kTrainBatches);
  std::vector<int> counts(27);
  for (int i = 0; i < 6000; ++i) {
    Items items = {0, 1, 2};
    rng.shuffle(items);
    ++counts[static_cast<std::size_t>(items[0] * 9 + items[1] * 3 + items[2])];
  }
  for (const std::size_t order : {5, 7, 11, 15, 19, 21}) EXPECT_NEAR(counts[order], 1000, 120);
}

TEST(Rng, SampleOfAllIsAPermutation) {
  Items items(50);
  Rng(3, Stream::kTrainTask).sample(50, items);
  EXPECT_EQ(std::set(items.begin(), items.end()).size(), 50u);
}

// sample has a dense and a sparse form and Sampler draws one at a time: all are one order.
TEST(Rng, SampleIsAPrefixOfALongerSample) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    Items dense(200), sparse(14), single(200);
    Rng(i, Stream::kTrainTask).sample(200, dense);   // 200 * 200 > 200: dense
    Rng(i, Stream::kTrainTask).sample(200, sparse);  // 14 * 14 < 200: sparse
    Rng rng(i, Stream::kTrainTask);
    Sampler sampler(200);
    for (auto& item : single) item = sampler.next(rng);
    EXPECT_EQ(single, dense);
    EXPECT_TRUE(std::equal(sparse.begin(), sparse.end(), dense.begin()));
  }
}

}  // namespace
}  // namespace anole
