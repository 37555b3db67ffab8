#include "anole/adapt/learner.h"

#include <utility>

#include "anole/core/error.h"

namespace anole {

TaskState begin_task(const MetaState& meta, const InnerOptions& options, MetaState spare) {
  const auto size = meta.params.size();
  if (!meta.second_moment.empty() && meta.second_moment.size() != size) {
    throw Error("the second moment has {} values, expected {}, one per parameter, or none",
                meta.second_moment.size(), size);
  }
  TaskState state;
  state.meta = std::move(spare);
  state.meta.params = meta.params;
  state.meta.adam_steps = 0;
  if (options.optimizer == Optimizer::kSgd) {
    state.meta.second_moment.clear();
    return state;
  }
  if (options.optimizer_state == OptimizerState::kFrozen && meta.adam_steps == 0) {
    throw Error(
        "optimizer_state is frozen, but no second moment is stored (0 Adam steps so far); train "
        "with "
        "optimizer_state carry, or start from a bundle or checkpoint that was trained so");
  }
  const bool stored =
      options.optimizer_state != OptimizerState::kReset && !meta.second_moment.empty();
  if (stored) {
    state.meta.second_moment = meta.second_moment;
    state.meta.adam_steps = meta.adam_steps;
  } else {
    state.meta.second_moment.assign(size, 0.0f);
  }
  return state;
}

std::string_view Learner::kernel_version(Precision precision) const {
  if (precision == Precision::kFp32) return {};
  throw Error(
      "precision is bf16, but the engine is {}, which computes in fp32 alone; leave precision out "
      "or set it to fp32, or use engine fused",
      engine());
}

}  // namespace anole
