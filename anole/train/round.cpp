#include "anole/train/round.h"

#include <utility>

namespace anole {

MetaBatch meta_batch(const Experiment& experiment, std::int64_t iteration) {
  const auto& options = experiment.options();
  return {.seed = options.seed,
          .iteration = static_cast<std::uint64_t>(iteration),
          .count = static_cast<std::uint32_t>(options.meta_batch)};
}

InnerLoop train_loop(const Experiment& experiment, std::int64_t iteration) {
  return {
      .schedule = experiment.train_schedule(),
      .steps = {.inner = experiment.train_inner(iteration), .weights = experiment.train_weights()}};
}

MomentRule moment_rule(const InnerOptions& inner) {
  const bool carry = inner.optimizer_state == OptimizerState::kCarry;
  return carry && inner.optimizer == Optimizer::kAdam ? MomentRule::kMean : MomentRule::kKeep;
}

LocalRound::LocalRound(const Experiment& experiment, LearnerTeam& team)
    : experiment_(experiment), team_(team), source_(experiment.train_tasks()) {}

RoundResult LocalRound::run(const MetaState& meta, std::int64_t iteration) {
  const auto loop = train_loop(experiment_, iteration);
  auto results = adapt_all(team_, meta, *source_, meta_batch(experiment_, iteration), loop);
  RoundResult round{.change = mean_change(meta, results, moment_rule(loop.steps.inner))};
  for (const auto& result : results) round.losses.push_back(result.loss);
  team_.recycle(std::move(results));
  return round;
}

}  // namespace anole
