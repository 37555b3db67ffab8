#include "anole/adapt/learner.h"

#include <algorithm>
#include <utility>

#include "anole/core/error.h"

namespace anole {

double gradient_scale(const InnerOptions& options, int rows) {
  return options.moment_batch == 0 ? 1 : static_cast<double>(rows) / options.moment_batch;
}

bool carries_moment(const MetaState& meta, const InnerOptions& options) {
  return options.optimizer == Optimizer::kAdam &&
         options.optimizer_state != OptimizerState::kReset && !meta.second_moment.empty();
}

TaskState begin_task_unread(const MetaState& meta, const InnerOptions& options, MetaState spare) {
  const auto size = meta.params.size();
  if (!meta.second_moment.empty() && meta.second_moment.size() != size) {
    throw Error("the second moment has {} values, expected {}, one per parameter, or none",
                meta.second_moment.size(), size);
  }
  const bool adam = options.optimizer == Optimizer::kAdam;
  if (adam && options.optimizer_state == OptimizerState::kFrozen && meta.adam_steps == 0) {
    throw Error(
        "optimizer_state is frozen, but no second moment is stored (0 Adam steps so far); train "
        "with "
        "optimizer_state carry, or start from a bundle or checkpoint that was trained so");
  }
  TaskState state;
  state.meta = std::move(spare);
  state.meta.params.resize(size);
  state.meta.second_moment.resize(adam ? size : 0);
  state.meta.adam_steps = carries_moment(meta, options) ? meta.adam_steps : 0;
  return state;
}

TaskState begin_task(const MetaState& meta, const InnerOptions& options, MetaState spare) {
  auto state = begin_task_unread(meta, options, std::move(spare));
  std::ranges::copy(meta.params, state.meta.params.begin());
  if (carries_moment(meta, options)) {
    std::ranges::copy(meta.second_moment, state.meta.second_moment.begin());
  } else {
    std::ranges::fill(state.meta.second_moment, 0.0f);
  }
  return state;
}

TaskState Learner::adapt_from(const MetaState& meta, const Examples& support,
                              const Batches& batches, const InnerOptions& options,
                              MetaState spare) {
  return adapt(begin_task(meta, options, std::move(spare)), support, batches, options);
}

std::string_view Learner::kernel_version(Precision precision) const {
  if (precision == Precision::kFp32) return {};
  throw Error(
      "precision is bf16, but the engine is {}, which computes in fp32 alone; leave precision out "
      "or set it to fp32, or use engine fused",
      engine());
}

}  // namespace anole
