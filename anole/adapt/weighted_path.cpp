#include "anole/adapt/weighted_path.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "anole/core/error.h"
#include "anole/tasks/shift.h"

namespace anole {
namespace {

// The end of the run of equal weights that step `from` lies in.
int run_end(std::span<const double> weights, int from) {
  auto end = static_cast<std::size_t>(from);
  while (end < weights.size() && weights[end] == weights[static_cast<std::size_t>(from)]) ++end;
  return static_cast<int>(end);
}

// The rows of some inner batches one after another, each moved on its own, and those batches of
// them.
struct ShiftedBatches {
  std::vector<float> rows = {};
  std::vector<std::int32_t> labels = {};
  Batches batches = {};

  Examples examples() const {
    return {.rows = rows, .labels = labels, .count = static_cast<std::int64_t>(labels.size())};
  }
};

ShiftedBatches shifted(const Examples& support, const Shape& shape, const Batches& batches,
                       int most, Rng& rng) {
  ShiftedBatches moved;
  moved.batches.batch = batches.batch;
  moved.rows.reserve(batches.rows.size() * shape.size());
  for (const auto row : batches.rows) {
    const auto from =
        support.rows.subspan(static_cast<std::size_t>(row) * shape.size(), shape.size());
    moved.rows.insert(moved.rows.end(), from.begin(), from.end());
    moved.batches.rows.push_back(static_cast<std::int32_t>(moved.labels.size()));
    moved.labels.push_back(support.labels[static_cast<std::size_t>(row)]);
  }
  shift_rows(shape, most, rng, moved.rows);
  return moved;
}

class WeightedPath final : public TaskPath {
 public:
  WeightedPath(const WeightedSteps& steps, PathStart start)
      : steps_(steps),
        start_(start.meta),
        state_(begin_task(start.meta, steps.inner, std::move(start.spare))),
        moves_(start.moves),
        plain_(std::ranges::all_of(steps.weights, [](double w) { return w == 1; })) {
    if (plain_) return;
    mark_ = start_.params;
    pull_.resize(mark_.size());
  }

  void take(Learner& learner, const Task& task, const Batches& batches, int to) override {
    const auto& weights = steps_.weights;
    ANOLE_CHECK(plain_ || weights.size() == static_cast<std::size_t>(batches.steps()));
    while (taken_ < to) {
      const int run = plain_ ? batches.steps() : run_end(weights, taken_);
      const int end = std::min(run, to);
      if (taken_ == 0 && end == batches.steps()) {
        adapt(learner, task.support, batches);
      } else {
        adapt(learner, task.support, slice(batches, taken_, end));
      }
      if (!plain_ && end == run) end_run(weights[static_cast<std::size_t>(taken_)]);
      taken_ = end;
    }
  }

  const TaskState& state() const override { return state_; }

  // With all weights 1 the params are theta_k itself, without a rounding more.
  MetaState result() && override {
    settle(state_, steps_.inner);  // of a task without a step
    auto& params = state_.meta.params;
    for (std::size_t i = 0; i < pull_.size(); ++i) {
      params[i] = static_cast<float>(double{start_.params[i]} + pull_[i]);
    }
    return std::move(state_.meta);
  }

 private:
  void adapt(Learner& learner, const Examples& support, const Batches& batches) {
    if (steps_.shift == 0) return learner.adapt(state_, support, batches, steps_.inner);
    const auto moved = shifted(support, learner.signature().input, batches, steps_.shift, moves_);
    learner.adapt(state_, moved.examples(), moved.batches, steps_.inner);
  }

  // pull <- pull + w (theta - mark).
  void end_run(double weight) {
    const auto& params = state_.meta.params;
    for (std::size_t i = 0; i < params.size(); ++i) {
      pull_[i] += weight * (double{params[i]} - double{mark_[i]});
    }
    mark_ = params;
  }

  const WeightedSteps& steps_;
  const MetaState& start_;
  TaskState state_;
  Rng moves_;
  bool plain_;                // all weights are 1
  int taken_ = 0;             // inner steps so far
  std::vector<float> mark_;   // theta where the current run of equal weights began
  std::vector<double> pull_;  // of the runs that have ended
};

}  // namespace

std::unique_ptr<TaskPath> make_weighted_path(const WeightedSteps& steps, PathStart start) {
  return std::make_unique<WeightedPath>(steps, std::move(start));
}

}  // namespace anole
