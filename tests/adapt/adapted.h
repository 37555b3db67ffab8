#pragma once

#include <utility>

#include "anole/adapt/learner.h"

namespace anole {

// The state after `batches`, for tests that want it as a value.
inline TaskState adapted(Learner& learner, TaskState state, const Examples& support,
                         const Batches& batches, const InnerOptions& options = {}) {
  learner.adapt(state, support, batches, options);
  return state;
}

// A copy of what begin_task reads in place.
inline TaskState settled(TaskState state, const InnerOptions& options) {
  settle(state, options);
  return state;
}

}  // namespace anole
