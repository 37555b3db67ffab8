#pragma once

// META: many adapted states -> one new state. Sees flat vectors only, so the same functions serve
// threads, ranks and clients.

#include <span>
#include <vector>

#include "anole/core/meta_state.h"

namespace anole {

// mean_i adapted_i - params, in double, summed in task order.   [P]
std::vector<float> mean_delta(std::span<const float> params, std::span<const TaskResult> results);

// params <- params + step * delta
// Batched Reptile: Nichol, Achiam & Schulman 2018, arXiv:1803.02999.
void reptile_step(std::span<float> params, std::span<const float> delta, double step);

// What the meta step does with Adam's second moment: kMean is `carry` (v <- mean over tasks in task
// order, t <- t of the tasks), kKeep leaves v and t (reset, frozen, SGD).
enum class MomentRule { kMean, kKeep };

// What the tasks of a meta-iteration change together. `params` holds the mean task's change, delta;
// with kMean `second_moment` holds the tasks' mean, else it is empty; t and moment_rows are theirs.
MetaState mean_change(const MetaState& state, std::span<const TaskResult> results, MomentRule rule);

// One meta-iteration's update of the whole state. Returns |delta|, the Euclidean norm of the mean
// task's change before epsilon scales it: over training, a sign of stability.
double meta_step(MetaState& state, MetaState change, double step);
double meta_step(MetaState& state, std::span<const TaskResult> results, double step,
                 MomentRule rule = MomentRule::kMean);

}  // namespace anole
