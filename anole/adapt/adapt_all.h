#pragma once

// ADAPT, many tasks side by side: one learner per worker, one task per core at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "anole/adapt/weighted_path.h"
#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/tasks/task_source.h"

namespace anole {

using LearnerFactory = std::function<std::unique_ptr<Learner>()>;

// A pool of workers, each with a learner of its own. The factory is called as by a worker, one call
// at a time.
class LearnerTeam {
 public:
  LearnerTeam(const LearnerFactory& make,
              int threads);  // threads >= 1; fewer if WorkerPool says so
  WorkerPool& pool() { return pool_; }
  Learner& learner(int worker) { return *learners_[static_cast<std::size_t>(worker)]; }

  // Gives results that are used up back, for adapt_all to fill again: a task's state is a megabyte,
  // and fetching and clearing its pages anew for every task would take longer than an inner step.
  void recycle(std::vector<TaskResult> results);
  MetaState spare();  // one of them, or an empty one; for any thread

 private:
  std::mutex mutex_;
  std::vector<MetaState> spares_;
  WorkerPool pool_;
  std::vector<std::unique_ptr<Learner>> learners_;
};

// Everything that fixes the tasks of one meta-iteration, and what is asked of them.
struct MetaBatch {
  std::uint64_t seed = 0;
  std::uint64_t iteration = 0;
  std::uint32_t first = 0, count = 1;  // task indices [first, first + count)
};

// What every task goes through.
struct InnerLoop {
  ScheduleOptions schedule = {};
  WeightedSteps steps = {};
  PathFactory path = {};   // empty: make_weighted_path of `steps`
  bool can_be_cut = true;  // one worker may take the first steps of a path, another the rest

  std::unique_ptr<TaskPath> begin(PathStart start) const {
    return path ? path(std::move(start)) : make_weighted_path(steps, std::move(start));
  }
};

// Throws Error saying what does not fit if tasks of `source` or the parameters of `meta` are not
// those of the network.
void require_fit(const Signature& network, const TaskSource& source, const MetaState& meta);

// A loss or parameter became infinite or not a number.
class NonFiniteError : public Error {
 public:
  using Error::Error;
};

// Throws NonFiniteError if loss, parameters or second moment of `state` are not finite. `where`
// says which task it is, e.g. "meta-iteration 17, task 3"; the message adds its classes.
void require_finite(const TaskState& state, const Task& task, const InnerOptions& options,
                    std::string_view where);

// Draws each task and its batches (streams kTrainTask, kTrainBatches), walks it from `meta` and
// returns the results in task order: the adapted states, or, with weights that are not all 1, those
// whose params are `meta`'s plus the weighted sum of the steps' changes. Bits do not depend on the
// number of workers. Throws NonFiniteError, naming iteration, task and its classes; of several
// failed tasks the first. Throws Error as require_fit and begin_task do.
std::vector<TaskResult> adapt_all(LearnerTeam& team, const MetaState& meta,
                                  const TaskSource& source, const MetaBatch& which,
                                  const InnerLoop& loop = {});

}  // namespace anole
