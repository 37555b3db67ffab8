#include "anole/distributions/harmonics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "anole/core/error.h"
#include "anole/distributions/generated.h"

namespace anole {
namespace {

struct Harmonics {
  double frequency = 0, place = 0;
  double amplitude[2] = {}, phase[2] = {};

  double at(double x) const {
    return amplitude[0] * std::sin(frequency * x + phase[0]) +
           amplitude[1] * std::sin(2 * frequency * x + phase[1]);
  }
};

Harmonics draw(Rng& rng) {
  Harmonics wave;
  wave.frequency = rng.uniform(5.0f, 7.0f);
  for (double& phase : wave.phase) phase = 2 * std::numbers::pi * rng.uniform();
  wave.place = rng.uniform(-4.0f, 4.0f);
  for (double& amplitude : wave.amplitude) amplitude = rng.normal();
  return wave;
}

Examples examples(const Task& task, std::size_t first, std::size_t count) {
  return {.rows = std::span(task.rows).subspan(first, count),
          .labels = {},
          .targets = std::span(task.targets).subspan(first, count),
          .count = static_cast<std::int64_t>(count)};
}

}  // namespace

HarmonicTasks::HarmonicTasks(TaskShape shape, std::uint64_t seed) : shape_(shape), seed_(seed) {
  if (shape_.shots < 1 || shape_.queries < 0) {
    throw UsageError(
        "harmonics: shots is {}, queries is {}; shots must be at least 1, queries at least 0",
        shape_.shots, shape_.queries);
  }
}

Task HarmonicTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  Rng rng(seed_, stream, iteration, index);
  const auto wave = draw(rng);
  const auto support = static_cast<std::size_t>(shape_.shots);
  const std::size_t query = shape_.queries > 0 ? kQueryPoints : 0;

  Task task;
  task.class_names = {fmt::format("{:.2f} sin({:.2f} x + {:.2f}) + {:.2f} sin({:.2f} x + {:.2f})",
                                  wave.amplitude[0], wave.frequency, wave.phase[0],
                                  wave.amplitude[1], 2 * wave.frequency, wave.phase[1])};
  for (std::size_t i = 0; i < support + query; ++i) {
    task.rows.push_back(static_cast<float>(wave.place + rng.normal()));
  }
  std::ranges::sort(task.rows.begin() + shape_.shots, task.rows.end());
  for (const float x : task.rows) task.targets.push_back(static_cast<float>(wave.at(x)));
  task.support = examples(task, 0, support);
  task.query = examples(task, support, query);
  return task;
}

std::unique_ptr<const TaskDistribution> load_harmonics(const DataOptions&) {
  return std::make_unique<const GeneratedDistribution<HarmonicTasks>>("waves");
}

}  // namespace anole
