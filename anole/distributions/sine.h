#pragma once

// Sine regression (Finn, Abbeel & Levine 2017, arXiv:1703.03400; Nichol et al. 2018, section 4.1):
// a task is one wave a sin(x + b), a uniform in [0.1, 5], b uniform in [0, 2 pi], seen at 50
// equally spaced x from -5 to 5, both ends included.

#include <cstdint>
#include <memory>

#include "anole/distributions/task_distribution.h"

namespace anole {

class SineTasks final : public TaskSource {
 public:
  static constexpr int kPoints = 50;

  // `shape.shots` support points are drawn from the 50 without repetition (meta-training takes all
  // 50); the query is all 50 in order of x if `shape.queries` > 0, else empty. `shape.ways` is not
  // used. Throws UsageError unless 1 <= shots <= 50 and queries >= 0.
  SineTasks(TaskShape shape, std::uint64_t seed);

  Shape shape() const override { return {.channels = 1}; }
  int outputs() const override { return 1; }
  AnswerKind answer() const override { return AnswerKind::kValue; }

  // Targets are [n, 1]; `class_names` holds one description, e.g. "2.31 sin(x + 0.52)". The wave
  // does not depend on shots or queries.
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

 private:
  TaskShape shape_;
  std::uint64_t seed_;
};

std::unique_ptr<const TaskDistribution> load_sine(const DataOptions&);

}  // namespace anole
