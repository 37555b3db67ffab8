#pragma once

// META: many adapted states -> one new state. Sees flat vectors only, so the same functions serve
// threads, ranks and clients.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "anole/core/meta_state.h"

namespace anole {

// |vector|, in double, by a fixed order of summation.
double euclidean_norm(std::span<const float> vector);

// mean_i adapted_i - params, in double, summed in task order.   [P]
std::vector<float> mean_delta(std::span<const float> params, std::span<const TaskResult> results);

// params <- params + step * delta.   Batched Reptile: Nichol, Achiam & Schulman 2018,
// arXiv:1803.02999.
void reptile_step(std::span<float> params, std::span<const float> delta, double step);

// epsilon_i = start + (final - start) * i / iterations, i from 0.
double annealed_step(double start, double final, std::int64_t iteration, std::int64_t iterations);

// epsilon_i = final + (start - final) * (1 + cos(pi i / iterations)) / 2: slow, fast, slow.
double cosine_step(double start, double final, std::int64_t iteration, std::int64_t iterations);

enum class MetaSchedule { kLinear, kCosine };  // annealed_step, cosine_step
inline std::span<const std::string_view> enum_names(MetaSchedule) {
  static constexpr std::string_view kNames[] = {"linear", "cosine"};
  return kNames;
}
double scheduled_step(MetaSchedule schedule, double start, double final, std::int64_t iteration,
                      std::int64_t iterations);

// What the meta step does with Adam's second moment: kMean is `carry` (v <- mean over tasks in task
// order, t <- t of the tasks), kKeep leaves v and t (reset, frozen, SGD).
enum class MomentRule { kMean, kKeep };

// One meta-iteration's update of the whole state. Returns |delta|, the Euclidean norm of the mean
// task's change before epsilon scales it: over training, a sign of stability.
double meta_step(MetaState& state, std::span<const TaskResult> results, double step,
                 MomentRule rule);

// average <- d average + (1 - d) params, with d = min(decay, 1 - 1 / (iteration + 1)): the plain
// mean of all params so far at first, a moving average once it is 1 / (1 - decay) long. `params`
// are those after meta-iteration `iteration`, from 0; `average` may be empty at the first one.
void update_average(std::vector<float>& average, std::span<const float> params, double decay,
                    std::int64_t iteration);

}  // namespace anole
