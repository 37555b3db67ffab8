#include "anole/adapt/learner.h"

#include "anole/core/error.h"

namespace anole {

TaskState begin_task(const MetaState& meta, const InnerOptions& options) {
  const auto size = meta.params.size();
  if (!meta.second_moment.empty() && meta.second_moment.size() != size) {
    throw Error("the second moment has {} values, expected {}, one per parameter, or none",
                meta.second_moment.size(), size);
  }
  TaskState state;
  if (options.optimizer == Optimizer::kSgd) {
    state.meta.params = meta.params;
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
  state.meta.params = meta.params;
  state.meta.second_moment = stored ? meta.second_moment : std::vector<float>(size, 0.0f);
  state.meta.adam_steps = stored ? meta.adam_steps : 0;
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
