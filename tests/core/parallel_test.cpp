#include "anole/core/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>

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

TEST(WorkerPool, NeverUsesTheCallersThread) {
  WorkerPool pool(1);
  const auto caller = std::this_thread::get_id();
  EXPECT_FALSE(on_worker_thread());
  pool.run(5, [&](int, std::int64_t) {
    EXPECT_NE(std::this_thread::get_id(), caller);
    EXPECT_TRUE(on_worker_thread());
  });
  EXPECT_FALSE(on_worker_thread());
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

#if defined(__x86_64__) || defined(__aarch64__)
TEST(WorkerPool, WorkersFlushDenormalsAndTheCallerDoesNot) {
  const volatile float least = std::numeric_limits<float>::min();  // 2^-126
  float on_worker = 1;
  WorkerPool pool(1);
  pool.run(1, [&](int, std::int64_t) { on_worker = least * 0.5f; });
  EXPECT_EQ(on_worker, 0);
  EXPECT_GT(least * 0.5f, 0);
}
#endif

TEST(AvailableCores, AreAtLeastOne) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace anole
