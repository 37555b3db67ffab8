#pragma once

// Worker threads for tasks. Rules:
// 1. The caller's thread works too, as worker 0, so that nothing waits for a thread to wake up that
//    one thread can do. While it does, its floating-point mode is the workers': round to nearest,
//    denormals flushed to zero. Afterwards it is the caller's again, after an exception as well.
// 2. Results must not depend on which worker runs which index; `worker` only picks scratch memory.
// 3. An exception leaves `run` on the caller's thread; if several indices throw, the lowest wins.
// 4. A pool works with the threads that the system gives it, at least the caller's; `shortfall`
//    says so for those who watch.

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace anole {

// Starts a thread that runs `body`; throws std::system_error if the system gives none.
using ThreadStarter = std::function<std::thread(std::function<void()> body)>;
std::thread start_thread(std::function<void()> body);

class WorkerPool {
 public:
  // `threads` >= 1, the caller's among them. It gets no more than most_threads(), and fewer where
  // `start` fails.
  explicit WorkerPool(int threads, const ThreadStarter& start = start_thread);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int threads() const { return static_cast<int>(others_.size()) + 1; }

  // Why there are fewer than were asked for, "16 threads were asked for, 3 could be started; …";
  // empty if there are not.
  std::string shortfall() const;

  // Calls job(worker, index) for every index in [0, count), in any order, and returns when all are
  // done. `worker` is in [0, threads()). Of concurrent callers one runs after the other, in any
  // order. A job must not call `run` of its own pool.
  void run(std::int64_t count, const std::function<void(int worker, std::int64_t index)>& job);

 private:
  void work(int worker);
  void take_indices(int worker, std::unique_lock<std::mutex>& lock);

  const int asked_;
  std::mutex callers_;  // held by the one whose job runs; taken before mutex_
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int, std::int64_t)>* job_ = nullptr;
  std::int64_t count_ = 0, next_ = 0, finished_ = 0;
  std::int64_t failed_index_ = 0;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::vector<std::thread> others_;  // than the caller's
};

// Makes the calling thread a worker for its lifetime, as `run` does: see rule 1. Scopes may nest.
class WorkerScope {
 public:
  WorkerScope();
  ~WorkerScope();
  WorkerScope(const WorkerScope&) = delete;
  WorkerScope& operator=(const WorkerScope&) = delete;

 private:
  std::uint64_t mode_;  // the floating-point mode before
};

// The cores this process may use (its CPU affinity), >= 1.
int available_cores();

// `threads`, or all cores for 0.
inline int resolved_threads(int threads) { return threads > 0 ? threads : available_cores(); }

// The most threads of a pool: 256, or 4 a core if that is more. Each has a learner with memory of
// its own, and threads beyond the cores make nothing faster.
int most_threads();

}  // namespace anole
