#include "anole/adapt/step_path.h"

#include <algorithm>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

// The end of the run of equal weights that step `from` lies in.
int run_end(std::span<const double> weights, int from) {
  auto end = static_cast<std::size_t>(from);
  while (end < weights.size() && weights[end] == weights[static_cast<std::size_t>(from)]) ++end;
  return static_cast<int>(end);
}

}  // namespace

StepPath::StepPath(const MetaState& start, std::span<const double> weights, MetaState spare)
    : start_(&start),
      weights_(weights),
      plain_(std::ranges::all_of(weights, [](double w) { return w == 1; })) {
  state_.meta = std::move(spare);
  if (plain_) return;
  mark_ = start.params;
  pull_.resize(mark_.size());
}

void StepPath::take(Learner& learner, const Examples& support, const Batches& batches, int to,
                    const InnerOptions& options) {
  ANOLE_CHECK(plain_ || weights_.size() == static_cast<std::size_t>(batches.steps()));
  while (taken_ < to) {
    const int run = plain_ ? batches.steps() : run_end(weights_, taken_);
    const int end = std::min(run, to);
    const bool whole = taken_ == 0 && end == batches.steps();
    const Batches part = whole ? Batches{} : slice(batches, taken_, end);
    const Batches& steps = whole ? batches : part;
    state_ = taken_ == 0
                 ? learner.adapt_from(*start_, support, steps, options, std::move(state_.meta))
                 : learner.adapt(std::move(state_), support, steps, options);
    if (!plain_ && end == run) end_run(weights_[static_cast<std::size_t>(taken_)]);
    taken_ = end;
  }
}

// pull <- pull + w (theta - mark).
void StepPath::end_run(double weight) {
  const auto& params = state_.meta.params;
  for (std::size_t i = 0; i < params.size(); ++i) {
    pull_[i] += weight * (double{params[i]} - double{mark_[i]});
  }
  mark_ = params;
}

MetaState StepPath::result() && {
  auto& params = state_.meta.params;
  for (std::size_t i = 0; i < pull_.size(); ++i) {
    params[i] = static_cast<float>(double{start_->params[i]} + pull_[i]);
  }
  return std::move(state_.meta);
}

}  // namespace anole
