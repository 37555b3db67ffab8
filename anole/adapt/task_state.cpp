#include "anole/adapt/task_state.h"

#include <algorithm>
#include <utility>

#include "anole/core/error.h"

namespace anole {

bool carries_moment(const MetaState& start, const InnerOptions& options) {
  return options.optimizer == Optimizer::kAdam &&
         options.optimizer_state != OptimizerState::kReset && !start.second_moment.empty();
}

TaskState begin_task(const MetaState& start, const InnerOptions& options, MetaState spare) {
  const auto size = start.params.size();
  if (!start.second_moment.empty() && start.second_moment.size() != size) {
    throw Error("the second moment has {} values, expected {}, one per parameter, or none",
                start.second_moment.size(), size);
  }
  if (options.optimizer == Optimizer::kAdam && options.optimizer_state == OptimizerState::kFrozen &&
      start.adam_steps == 0) {
    throw Error(
        "optimizer_state is frozen, but no second moment is stored (0 Adam steps so far); train "
        "with optimizer_state carry, or start from a bundle or checkpoint that was trained so");
  }
  TaskState state;
  state.start = &start;
  state.meta = std::move(spare);
  return state;
}

const MetaState& enter(TaskState& state, const InnerOptions& options) {
  if (state.start == nullptr) return state.meta;
  const auto& start = *state.start;
  const bool adam = options.optimizer == Optimizer::kAdam;
  state.meta.params.resize(start.params.size());
  state.meta.second_moment.resize(adam ? start.params.size() : 0);
  state.meta.adam_steps = carries_moment(start, options) ? start.adam_steps : 0;
  state.meta.moment_rows = adam ? start.moment_rows : 0;
  state.meta.extras.clear();
  return start;
}

void settle(TaskState& state, const InnerOptions& options) {
  const auto& start = enter(state, options);
  if (&start == &state.meta) return;
  std::ranges::copy(start.params, state.meta.params.begin());
  if (carries_moment(start, options)) {
    std::ranges::copy(start.second_moment, state.meta.second_moment.begin());
  } else {
    std::ranges::fill(state.meta.second_moment, 0.0f);
  }
  state.start = nullptr;
}

double gradient_scale(std::int32_t& moment_rows, const InnerOptions& options, int rows) {
  if (moment_rows == 0) moment_rows = rows;
  if (options.loss_reduction == LossReduction::kMean) return 1;
  return static_cast<double>(rows) / moment_rows;
}

}  // namespace anole
