#include "anole/meta/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "anole/core/error.h"

namespace anole {

double annealed_step(double start, double final, std::int64_t iteration, std::int64_t iterations) {
  return start + (final - start) * static_cast<double>(iteration) / static_cast<double>(iterations);
}

double cosine_step(double start, double final, std::int64_t iteration, std::int64_t iterations) {
  const double done = static_cast<double>(iteration) / static_cast<double>(iterations);
  return final + (start - final) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

double scheduled_step(MetaSchedule schedule, double start, double final, std::int64_t iteration,
                      std::int64_t iterations) {
  const auto step = schedule == MetaSchedule::kCosine ? cosine_step : annealed_step;
  return step(start, final, iteration, iterations);
}

void update_average(std::vector<float>& average, std::span<const float> params, double decay,
                    std::int64_t iteration) {
  ANOLE_CHECK(iteration == 0 || average.size() == params.size());
  average.resize(params.size());
  const double keep = std::min(decay, 1 - 1 / static_cast<double>(iteration + 1));
  for (std::size_t j = 0; j < params.size(); ++j) {
    average[j] = static_cast<float>(keep * double{average[j]} + (1 - keep) * double{params[j]});
  }
}

}  // namespace anole
