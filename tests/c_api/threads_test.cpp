// Handles on many threads, memory that runs out, and memory that stays flat.

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "tests/c_api/fixture.h"

#ifndef __SANITIZE_ADDRESS__  // whose allocator is its own
namespace {

// Allocations of this thread that still succeed, of those that are large; below zero: all do.
// Small ones always do: destructors of nlohmann::json allocate a few bytes and may not throw.
thread_local int left = -1;
constexpr std::size_t kLarge = 512;

void* allocate(std::size_t size) {
  if (left == 0 && size >= kLarge) throw std::bad_alloc();
  if (left > 0 && size >= kLarge) --left;
  if (auto* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace anole {
namespace {

constexpr int kThreads = 8;

template <class Body>
void on_threads(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body);
  for (auto& thread : threads) thread.join();
}

TEST(CApiThreads, ManyThreadsWithAHandleEachGetTheBitsOfOne) {
  auto* alone = adapted();
  const auto expected = saved(alone);
  const auto answers = probabilities(alone, {1, 1, -2, 3});
  std::atomic<int> right = 0;
  on_threads([&] {
    for (int i = 0; i < 5; ++i) {
      auto* mine = adapted();
      right += saved(mine) == expected && probabilities(mine, {1, 1, -2, 3}) == answers;
      anole_adapter_free(mine);
    }
  });
  EXPECT_EQ(right, 40);
  anole_adapter_free(alone);
}

TEST(CApiThreads, ThreadsThatShareAHandleWaitForEachOther) {
  auto* shared = adapted();
  auto* examples = four_rows(shared);
  const auto expected = saved(shared);
  const auto answers = probabilities(shared, {1, 1});
  std::atomic<int> right = 0;
  on_threads([&] {
    for (int i = 0; i < 10; ++i) {
      right += anole_adapt(shared, examples, nullptr, 0) == ANOLE_OK;
      right += probabilities(shared, {1, 1}) == answers;
    }
  });
  EXPECT_EQ(right, 160);
  EXPECT_TRUE(saved(shared) == expected);
  anole_examples_free(examples);
  anole_adapter_free(shared);
}

TEST(CApiThreads, AHandleThatIsFreedWhileOthersUseItAnswersOrIsClosed) {
  auto* shared = adapted();
  std::atomic<int> good = 0, freed = 0;
  on_threads([&] {
    double room[2];
    const anole_answers answers{.rows = 1, .outputs = 2, .probabilities = room};
    const float row[] = {1, 1};
    for (int i = 0; i < 50; ++i) {
      const auto status = anole_predict_rows(shared, row, 1, 2, &answers);
      good += status == ANOLE_OK || status == ANOLE_CLOSED;
      if (i == 25) freed += anole_adapter_free(shared) == ANOLE_OK;
    }
  });
  EXPECT_EQ(good, 400);
  EXPECT_EQ(freed, 1);
}

TEST(CApiThreads, EachThreadHasItsOwnLastError) {
  EXPECT_EQ(anole_load(nullptr, nullptr), ANOLE_USAGE);
  std::string before = "unset", after;
  std::thread([&] {
    before = anole_last_error();
    anole_remove(nullptr, "a");
    after = anole_last_error();
  }).join();
  EXPECT_EQ(before, "");
  EXPECT_EQ(after, "adapter is null");
  EXPECT_STREQ(anole_last_error(), "adapter is null");
}

#ifndef __SANITIZE_ADDRESS__
// Whatever large allocation fails, the status says so and the handle is as good as before.
template <class Call>
void fail_each_allocation(Call call) {
  anole_status status = ANOLE_OUT_OF_MEMORY;
  for (int allocations = 0; status != ANOLE_OK; ++allocations) {
    ASSERT_LT(allocations, 20000);
    left = allocations;
    status = call();
    left = -1;
    if (status == ANOLE_OK) break;
    ASSERT_EQ(status, ANOLE_OUT_OF_MEMORY) << allocations << ": " << anole_last_error();
    ASSERT_STREQ(anole_last_error(), "out of memory; nothing has changed");
  }
}

TEST(CApiMemory, RunningOutOfItIsAStatusAndChangesNothing) {
  auto* adapter = loaded(of_numbers());
  auto* examples = four_rows(adapter);
  const auto before = saved(adapter);
  fail_each_allocation([&] { return anole_adapt(adapter, examples, nullptr, 0); });
  auto* expected = adapted();
  EXPECT_TRUE(saved(adapter) == saved(expected));
  const auto bytes = saved(adapter);
  anole_adapter* again = nullptr;
  fail_each_allocation([&] { return anole_load_bytes(bytes.data(), bytes.size(), &again); });
  fail_each_allocation(
      [&] { return anole_remove(again, "none") == ANOLE_ERROR ? ANOLE_OK : ANOLE_OUT_OF_MEMORY; });
  EXPECT_TRUE(saved(again) == bytes);
  for (auto* handle : {adapter, expected, again}) anole_adapter_free(handle);
  anole_examples_free(examples);
}

// Bytes in use by malloc, which counts among them what its cache of freed blocks holds: some
// kilobytes that come and go. A leak of 64 bytes a round would pass kCache in 100 rounds.
std::int64_t in_use() { return static_cast<std::int64_t>(mallinfo2().uordblks); }
constexpr std::int64_t kCache = 4096;

TEST(CApiMemory, StaysFlatOverManyAdaptationsAnswersAndMistakes) {
  auto* adapter = loaded(of_values());
  auto* examples = gathering(adapter);
  const float x[] = {-1, 0, 2}, y[] = {0, 1, 0};
  float found[3];
  const anole_answers answers{.rows = 3, .outputs = 1, .values = found};
  ASSERT_EQ(anole_examples_add_targets(examples, y, 1, x, 3, 1), ANOLE_OK);
  std::int64_t early = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i == 100) early = in_use();
    ASSERT_EQ(anole_adapt(adapter, examples, nullptr, 0), ANOLE_OK);
    ASSERT_EQ(anole_predict_rows(adapter, x, 3, 1, &answers), ANOLE_OK);
    ASSERT_EQ(anole_predict_rows(adapter, x, 3, 2, &answers), ANOLE_ERROR);
  }
  EXPECT_LT(in_use() - early, kCache);
  anole_examples_free(examples);
  anole_adapter_free(adapter);
}

TEST(CApiMemory, OfHandlesThatWereFreedComesBack) {
  const auto round = [] { anole_adapter_free(adapted()); };
  for (int i = 0; i < 10; ++i) round();
  const auto early = in_use();
  for (int i = 0; i < 100; ++i) round();
  EXPECT_LT(in_use() - early, kCache);
}
#endif

}  // namespace
}  // namespace anole
