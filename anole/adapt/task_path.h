#pragma once

// How a task is walked from the meta-state to what it sends back: one interface for training,
// evaluation and diagnosis. Its virtual calls are once a segment of a task, never in a step.

#include <functional>
#include <memory>

#include "anole/adapt/learner.h"
#include "anole/core/rng.h"

namespace anole {

class TaskPath {
 public:
  virtual ~TaskPath() = default;

  // Takes the steps up to `to` of `batches`, the task's whole schedule, from where the last call
  // ended. Where calls cut the schedule does not change a bit.
  virtual void take(Learner& learner, const Task& task, const Batches& batches, int to) = 0;

  // Where it is now; the params that answer after these steps.
  virtual const TaskState& state() const = 0;

  // Once all steps are taken: what the task sends back. Its params minus those of the start are
  // what the meta step follows.
  virtual MetaState result() && = 0;
};

// Where a path begins.
struct PathStart {
  const MetaState& meta;  // outlives the path
  MetaState spare = {};   // lends its memory, not its values
  Rng moves;              // of what the path draws on its way
};

using PathFactory = std::function<std::unique_ptr<TaskPath>(PathStart start)>;

}  // namespace anole
