#pragma once

// Harmonic regression (Lacoste et al. 2018, arXiv:1806.07528): a task is a wave and its first
// overtone, seen near a place of its own,
//   y = a1 sin(w x + b1) + a2 sin(2 w x + b2),   x normal around m with deviation 1,
// w uniform in [5, 7], b1 and b2 in [0, 2 pi], m in [-4, 4], a1 and a2 standard normal; torchmeta's
// Harmonic has the same ranges. Targets have no noise.

#include <cstdint>
#include <memory>

#include "anole/distributions/task_distribution.h"

namespace anole {

class HarmonicTasks final : public TaskSource {
 public:
  static constexpr int kQueryPoints = 100;

  // `shape.shots` support points; the query is kQueryPoints points of the same x, in order, if
  // `shape.queries` > 0, else empty. `shape.ways` is not used. Throws UsageError unless shots >= 1
  // and queries >= 0.
  HarmonicTasks(TaskShape shape, std::uint64_t seed);

  Shape shape() const override { return {.channels = 1}; }
  int outputs() const override { return 1; }
  AnswerKind answer() const override { return AnswerKind::kValue; }

  // Targets are [n, 1]; `class_names` holds one description. The wave does not depend on shots or
  // queries, and fewer support points are a prefix of more.
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

 private:
  TaskShape shape_;
  std::uint64_t seed_;
};

std::unique_ptr<const TaskDistribution> load_harmonics(const DataOptions&);

}  // namespace anole
