#include "anole/core/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cfenv>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "anole/core/error.h"

namespace anole {
namespace {

TEST(WorkerPool, RunsEveryIndexOnce) {
  WorkerPool pool(3);
  std::vector<std::atomic<int>> seen(1000);
  for (int round = 0; round < 3; ++round) {
    pool.run(1000, [&](int, std::int64_t i) { ++seen[static_cast<std::size_t>(i)]; });
  }
  for (const auto& count : seen) EXPECT_EQ(count, 3);
}

TEST(WorkerPool, NamesWorkersFromZero) {
  WorkerPool pool(2);
  EXPECT_EQ(pool.threads(), 2);
  std::atomic<int> outside = 0;
  pool.run(100, [&](int worker, std::int64_t) { outside += worker < 0 || worker > 1; });
  EXPECT_EQ(outside, 0);
}

TEST(WorkerPool, WorksOnTheCallersThreadAsWorkerZero) {
  WorkerPool pool(1);
  const auto caller = std::this_thread::get_id();
  pool.run(5, [&](int worker, std::int64_t) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(worker, 0);
  });
}

TEST(WorkerPool, WorksSideBySide) {  // each of two indices waits for the other to have begun
  WorkerPool pool(2);
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> begun = 0;
    std::array<int, 2> workers = {};
    pool.run(2, [&](int worker, std::int64_t i) {
      workers[static_cast<std::size_t>(i)] = worker;
      ++begun;
      while (begun < 2) std::this_thread::yield();
    });
    EXPECT_NE(workers[0], workers[1]);
  }
}

TEST(WorkerPool, ZeroIndicesAreNoWork) {
  WorkerPool pool(2);
  pool.run(0, [](int, std::int64_t) { FAIL(); });
}

TEST(WorkerPool, ThrowsTheErrorOfTheLowestIndexAndStaysUsable) {
  WorkerPool pool(4);
  std::atomic<int> ran = 0;
  for (int round = 0; round < 20; ++round) {
    try {
      pool.run(50, [&](int, std::int64_t i) {
        ++ran;
        if (i % 10 == 7) throw Error("index {}", i);
      });
      FAIL() << "no error";
    } catch (const Error& error) {
      EXPECT_STREQ(error.what(), "index 7");
    }
  }
  EXPECT_EQ(ran, 20 * 50);
}

// Starts `few` threads and then fails as a system at its limit does.
ThreadStarter starts(int few) {
  return [few](std::function<void()> body) mutable {
    if (few-- == 0) throw std::system_error(EAGAIN, std::generic_category());
    return start_thread(std::move(body));
  };
}

TEST(WorkerPool, GoesOnWithTheThreadsThatCouldBeStarted) {
  WorkerPool pool(16, starts(2));
  EXPECT_EQ(pool.threads(), 3);
  EXPECT_EQ(pool.shortfall(),
            "16 threads were asked for, 3 could be started; results do not depend on it");
  std::vector<std::atomic<int>> seen(1000);
  pool.run(1000, [&](int worker, std::int64_t i) {
    seen[static_cast<std::size_t>(i)] += worker < 3 ? 1 : 100;
  });
  for (const auto& count : seen) EXPECT_EQ(count, 1);
}

TEST(WorkerPool, TheCallerWorksAloneWhereNoThreadCanBeStarted) {
  WorkerPool pool(4, starts(0));
  EXPECT_EQ(pool.threads(), 1);
  std::int64_t sum = 0;
  pool.run(5, [&](int, std::int64_t i) { sum += i; });
  EXPECT_EQ(sum, 10);
}

TEST(WorkerPool, SaysNothingWhereAllThreadsWereStarted) {
  EXPECT_EQ(WorkerPool(3).shortfall(), "");
}

TEST(WorkerPool, AsksForNoMoreThreadsThanMakeSense) {
  int started = 0;
  const WorkerPool pool(2'000'000'000, [&](std::function<void()> body) {
    if (++started == 3) throw std::system_error(EAGAIN, std::generic_category());
    return start_thread(std::move(body));
  });
  EXPECT_EQ(pool.threads(), 3);  // and memory for no more than most_threads()
  EXPECT_EQ(most_threads(), std::max(256, 4 * available_cores()));
}

TEST(WorkerPool, ConcurrentCallersTakeTurns) {
  WorkerPool pool(2);
  std::atomic<int> sum = 0, inside = 0, crowds = 0;
  const auto caller = [&] {
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> own = 0;
      pool.run(4, [&](int, std::int64_t i) {
        crowds += ++inside > pool.threads();
        own += static_cast<int>(i);
        --inside;
      });
      sum += own;
    }
  };
  std::thread first(caller), second(caller);
  first.join();
  second.join();
  EXPECT_EQ(sum, 2 * 50 * 6);
  EXPECT_EQ(crowds, 0);
}

#if defined(__x86_64__) || defined(__aarch64__)
bool flushes_denormals() {
  const volatile float least = std::numeric_limits<float>::min();  // 2^-126
  return least * 0.5f == 0;
}

TEST(WorkerPool, WorkersFlushDenormalsAndTheCallerDoesNotAfterwards) {
  WorkerPool pool(2);
  std::atomic<int> flushing = 0, begun = 0;
  pool.run(2, [&](int, std::int64_t) {
    flushing += flushes_denormals();
    ++begun;
    while (begun < 2) std::this_thread::yield();
  });
  EXPECT_EQ(flushing, 2);
  EXPECT_FALSE(flushes_denormals());
}

TEST(WorkerPool, TheCallersModeComesBackAfterAnError) {
  WorkerPool pool(1);
  EXPECT_THROW(pool.run(1, [](int, std::int64_t) { throw Error("an error"); }), Error);
  EXPECT_FALSE(flushes_denormals());
}

TEST(WorkerPool, RoundsToNearestWhateverTheCallerDoes) {
  const volatile float one = 1, little = 0x1p-26f;
  float sum = 0;
  WorkerPool pool(1);
  std::fesetround(FE_UPWARD);
  pool.run(1, [&](int, std::int64_t) { sum = one + little; });
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(sum, 1);
}

TEST(WorkerScope, Nests) {
  {
    const WorkerScope outer;
    { const WorkerScope inner; }
    EXPECT_TRUE(flushes_denormals());
  }
  EXPECT_FALSE(flushes_denormals());
}
#endif

TEST(AvailableCores, AreAtLeastOne) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace anole
