#pragma once

// Worker threads for tasks. Rules:
// 1. Engines run on worker threads only, never on the caller's: workers flush denormals to zero and
//    engines set per-thread OpenMP state there, so the caller's own settings stay untouched.
// 2. Results must not depend on which worker runs which index; `worker` only picks scratch memory.
// 3. An exception leaves `run` on the caller's thread; if several indices throw, the lowest wins.

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace anole {

class WorkerPool {
 public:
  explicit WorkerPool(int threads);  // threads >= 1
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()); }

  // Calls job(worker, index) for every index in [0, count), in any order, and returns when all are
  // done. `worker` is in [0, threads()). Not reentrant, not for concurrent callers.
  void run(std::int64_t count, const std::function<void(int worker, std::int64_t index)>& job);

 private:
  void work(int worker);

  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int, std::int64_t)>* job_ = nullptr;
  std::int64_t count_ = 0, next_ = 0, finished_ = 0;
  std::int64_t failed_index_ = 0;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

// Whether the calling thread belongs to a WorkerPool.
bool on_worker_thread();

// The cores this process may use (its CPU affinity), >= 1.
int available_cores();

}  // namespace anole
