#pragma once

// The update of one inner step; the formulas stand at InnerOptions in adapt/inner_options.h.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/adapt/task_state.h"

namespace anole::reference {

// TaskState in the precision of the engine.
template <typename T>
struct InnerState {
  std::vector<T> params;         // [P]
  std::vector<T> second_moment;  // [P], or empty before the first Adam step: zeros
  std::vector<T> first_moment;   // [P], or empty before the first step with beta1 > 0: zeros
  std::int64_t adam_steps = 0, task_steps = 0;
  std::int32_t moment_rows = 0;
};

// `gradient` is that of the mean loss over `rows` rows.
template <typename T>
void inner_step(InnerState<T>& state, std::span<const T> gradient, const InnerOptions& options,
                int rows);

}  // namespace anole::reference
