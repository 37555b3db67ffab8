#pragma once

// ADAPT, many tasks side by side: one learner per worker, one task per core at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/core/parallel.h"
#include "anole/tasks/task_source.h"

namespace anole {

using LearnerFactory = std::function<std::unique_ptr<Learner>()>;

// A pool of workers, each with a learner of its own.
class LearnerTeam {
 public:
  LearnerTeam(const LearnerFactory& make, int threads);  // threads >= 1
  WorkerPool& pool() { return pool_; }
  Learner& learner(int worker) { return *learners_[static_cast<std::size_t>(worker)]; }

 private:
  WorkerPool pool_;
  std::vector<std::unique_ptr<Learner>> learners_;
};

// Everything that fixes the tasks of one meta-iteration.
struct MetaBatch {
  std::uint64_t seed = 0;
  std::uint64_t iteration = 0;
  std::uint32_t first = 0, count = 1;  // task indices [first, first + count)
};

// Draws each task and its batches (streams kTrainTask, kTrainBatches), adapts it from `meta` and
// returns the results in task order. Bits do not depend on the number of workers. Throws Error if a
// loss is not finite, naming iteration, task and its classes.
std::vector<TaskResult> adapt_all(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                                  const MetaBatch& which, const ScheduleOptions& schedule,
                                  const InnerOptions& inner);

}  // namespace anole
