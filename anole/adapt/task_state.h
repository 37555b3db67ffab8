#pragma once

// A network on its way through one task.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/adapt/inner_options.h"
#include "anole/core/meta_state.h"

namespace anole {

struct TaskState {
  // Where the task starts, until its first inner step is taken: engines read it in place, so that a
  // megabyte is not copied for every task. Null from then on.
  const MetaState* start = nullptr;
  MetaState meta;                   // once `start` is null; until then memory that is lent
  std::vector<float> first_moment;  // [P] once beta1 > 0 has taken a step; else empty
  std::int64_t task_steps = 0;      // inner steps taken in this task
  double loss = 0;                  // of the last step's batch, before that step

  std::span<const float> params() const { return start != nullptr ? start->params : meta.params; }
};

// A task that starts at `start`, which must outlive its first step. `spare` lends its memory, not
// its values. Throws Error for kFrozen where no second moment is stored (adam_steps = 0), and for
// moments of another size than the params.
TaskState begin_task(const MetaState& start, const InnerOptions& options, MetaState spare = {});

// Whether tasks go on with the second moment and t of `start`; else with zeros.
bool carries_moment(const MetaState& start, const InnerOptions& options);

// For engines. Makes `meta` ready for the first step, all but the values of params and second
// moment, which have their sizes; returns where these are: `start`, or `meta` itself.
const MetaState& enter(TaskState& state, const InnerOptions& options);
// The same, and copies the values: `start` is null afterwards.
void settle(TaskState& state, const InnerOptions& options);

// What Adam multiplies the mean gradient of a batch of `rows` rows by; sets MetaState::moment_rows
// where it is 0, so that the batches of a task that knows no other are the unit.
double gradient_scale(std::int32_t& moment_rows, const InnerOptions& options, int rows);

}  // namespace anole
