#include "anole/core/parallel.h"

#include <sched.h>

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "anole/core/error.h"
#include "anole/core/text.h"

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

// The pool whose job the calling thread runs; null: none.
thread_local const WorkerPool* running_pool = nullptr;

}  // namespace

WorkerScope::WorkerScope() : mode_(float_mode()) { set_float_mode(kWorkerMode); }
WorkerScope::~WorkerScope() { set_float_mode(mode_); }

std::thread start_thread(std::function<void()> body) { return std::thread(std::move(body)); }

WorkerPool::WorkerPool(int threads, const ThreadStarter& start) : asked_(threads) {
  ANOLE_CHECK(threads >= 1);
  const int most = std::min(threads, most_threads());
  others_.reserve(static_cast<std::size_t>(most - 1));
  try {
    for (int i = 1; i < most; ++i) others_.push_back(start([this, i] { work(i); }));
  } catch (const std::system_error&) {  // a limit of the user or the container: go on with these
  } catch (const std::bad_alloc&) {
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (auto& other : others_) other.join();
}

std::string WorkerPool::shortfall() const {
  if (threads() >= asked_) return {};
  return fmt::format(
      "{} threads were asked for, {}{}; results do not depend on it", with_commas(asked_),
      threads(),
      threads() == most_threads() ? " is the most that anole starts here" : " could be started");
}

void WorkerPool::run(std::int64_t count, const std::function<void(int, std::int64_t)>& job) {
  if (count <= 0) return;
  ANOLE_CHECK(running_pool != this);  // it would wait for itself
  const std::lock_guard turn(callers_);
  const WorkerScope scope;
  std::unique_lock lock(mutex_);
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
    const auto* outer = std::exchange(running_pool, this);
    try {
      job(worker, index);
    } catch (...) {
      failure = std::current_exception();
    }
    running_pool = outer;
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

int most_threads() { return std::max(256, 4 * available_cores()); }

}  // namespace anole
