#include "anole/core/parallel.h"

#include <sched.h>

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "anole/core/error.h"

namespace anole {
namespace {

thread_local bool is_worker = false;

// Second moments of dead units decay into the denormal range, where arithmetic is up to 100 times
// slower; every worker flushes them, at every thread count, so the bits agree.
void flush_denormals() {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // FTZ (bit 15) and DAZ (bit 6)
#elif defined(__aarch64__)
  std::uint64_t fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (std::uint64_t{1} << 24)));  // FZ
#endif
}

}  // namespace

WorkerPool::WorkerPool(int threads) {
  ANOLE_CHECK(threads >= 1);
  workers_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) workers_.emplace_back([this, i] { work(i); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void WorkerPool::run(std::int64_t count, const std::function<void(int, std::int64_t)>& job) {
  if (count <= 0) return;
  std::unique_lock lock(mutex_);
  ANOLE_CHECK(job_ == nullptr);
  job_ = &job;
  count_ = count;
  next_ = finished_ = 0;
  failure_ = nullptr;
  wake_.notify_all();
  done_.wait(lock, [this] { return finished_ == count_; });
  job_ = nullptr;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void WorkerPool::work(int worker) {
  is_worker = true;
  flush_denormals();
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stop_ || (job_ != nullptr && next_ < count_); });
    if (stop_) return;
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
    if (++finished_ == count_) done_.notify_one();
  }
}

bool on_worker_thread() { return is_worker; }

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace anole
