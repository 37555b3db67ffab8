#include "anole/core/parallel.h"

#include <sched.h>

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "anole/core/error.h"

namespace anole {
namespace {

// The floating-point mode of the calling thread: rounding, denormals, traps.
std::uint64_t float_mode() {
#if defined(__x86_64__)
  return _mm_getcsr();
#elif defined(__aarch64__)
  std::uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
#else
  return 0;
#endif
}

void set_float_mode([[maybe_unused]] std::uint64_t mode) {
#if defined(__x86_64__)
  _mm_setcsr(static_cast<unsigned>(mode));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#endif
}

// Second moments of dead units decay into the denormal range, where arithmetic is up to 100 times
// slower; every worker flushes them, at every thread count, so the bits agree.
#if defined(__x86_64__)
constexpr std::uint64_t kWorkerMode = 0x1f80 | 0x8040;  // no traps; FTZ (bit 15) and DAZ (bit 6)
#else
constexpr std::uint64_t kWorkerMode = std::uint64_t{1} << 24;  // FZ
#endif

}  // namespace

WorkerScope::WorkerScope() : mode_(float_mode()) { set_float_mode(kWorkerMode); }
WorkerScope::~WorkerScope() { set_float_mode(mode_); }

WorkerPool::WorkerPool(int threads) {
  ANOLE_CHECK(threads >= 1);
  others_.reserve(static_cast<std::size_t>(threads - 1));
  for (int i = 1; i < threads; ++i) others_.emplace_back([this, i] { work(i); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (auto& other : others_) other.join();
}

void WorkerPool::run(std::int64_t count, const std::function<void(int, std::int64_t)>& job) {
  if (count <= 0) return;
  const WorkerScope scope;
  std::unique_lock lock(mutex_);
  ANOLE_CHECK(job_ == nullptr);
  job_ = &job;
  count_ = count;
  next_ = finished_ = 0;
  failure_ = nullptr;
  if (count > 1) wake_.notify_all();
  take_indices(0, lock);
  done_.wait(lock, [this] { return finished_ == count_; });
  job_ = nullptr;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void WorkerPool::work(int worker) {
  const WorkerScope scope;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || (job_ != nullptr && next_ < count_); });
    if (stop_) return;
    take_indices(worker, lock);
  }
}

void WorkerPool::take_indices(int worker, std::unique_lock<std::mutex>& lock) {
  while (next_ < count_) {
    const auto index = next_++;
    const auto& job = *job_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      job(worker, index);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && (!failure_ || index < failed_index_)) {
      failure_ = failure;
      failed_index_ = index;
    }
    if (++finished_ == count_ && worker != 0) done_.notify_one();
  }
}

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace anole
