#include "anole/distributions/sine.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "anole/core/error.h"
#include "anole/distributions/generated.h"

namespace anole {
namespace {

struct Wave {
  double amplitude, phase;
  double at(double x) const { return amplitude * std::sin(x + phase); }
};

double point(std::int32_t i) { return -5.0 + 10.0 * i / (SineTasks::kPoints - 1); }

Examples examples(const Task& task, std::size_t first, std::size_t count) {
  return {.rows = std::span(task.rows).subspan(first, count),
          .labels = {},
          .targets = std::span(task.targets).subspan(first, count),
          .count = static_cast<std::int64_t>(count)};
}

}  // namespace

SineTasks::SineTasks(TaskShape shape, std::uint64_t seed) : shape_(shape), seed_(seed) {
  if (shape_.shots < 1 || shape_.shots > kPoints || shape_.queries < 0) {
    throw UsageError(
        "sine: shots is {}, queries is {}; a wave has {} points, so shots must be 1 to {} and "
        "queries at least 0",
        shape_.shots, shape_.queries, kPoints, kPoints);
  }
}

Task SineTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  Rng rng(seed_, stream, iteration, index);
  const double amplitude = rng.uniform(0.1f, 5.0f);
  const double phase = 2 * std::numbers::pi * rng.uniform();
  const Wave wave{amplitude, phase};

  const auto support = static_cast<std::size_t>(shape_.shots);
  const std::size_t query = shape_.queries > 0 ? kPoints : 0;
  std::vector<std::int32_t> points(support + query);
  rng.sample(kPoints, std::span(points).first(support));
  std::iota(points.begin() + static_cast<std::ptrdiff_t>(support), points.end(), 0);

  Task task;
  task.class_names = {fmt::format("{:.2f} sin(x + {:.2f})", amplitude, phase)};
  for (const auto i : points) {
    task.rows.push_back(static_cast<float>(point(i)));
    task.targets.push_back(static_cast<float>(wave.at(point(i))));
  }
  task.support = examples(task, 0, support);
  task.query = examples(task, support, query);
  return task;
}

std::unique_ptr<const TaskDistribution> load_sine(const DataOptions&) {
  return std::make_unique<const GeneratedDistribution<SineTasks>>("waves");
}

}  // namespace anole
