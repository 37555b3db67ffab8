#pragma once

// How numbers of the meta loop go over a training: epsilon, the inner learning rate, and the moving
// average of the params.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace anole {

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

// average <- d average + (1 - d) params, with d = min(decay, 1 - 1 / (iteration + 1)): the plain
// mean of all params so far at first, a moving average once it is 1 / (1 - decay) long. `params`
// are those after meta-iteration `iteration`, from 0; `average` may be empty at the first one.
void update_average(std::vector<float>& average, std::span<const float> params, double decay,
                    std::int64_t iteration);

}  // namespace anole
