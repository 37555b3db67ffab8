#pragma once

// Tasks of which everything is known: L(theta) = ½ curvature |theta - centre|². A task has one
// support row, its centre, and one target, its curvature. k SGD steps from theta end at
//   adapted = theta + a (centre - theta),   a = 1 - (1 - lr curvature)^k

#include <memory>
#include <utility>
#include <vector>

#include "tests/adapt/toy.h"

namespace anole::toy {

struct Bowl {
  std::vector<float> centre;
  float curvature;
};

inline ModelSpec bowl_spec(int dimensions) {
  Layer layer{.kind = LayerKind::kLinear, .name = "linear", .out = 1};
  layer.bias = false;  // as many parameters as dimensions
  return {.name = "bowl",
          .input = {.channels = dimensions},
          .loss = Loss::kMeanSquaredError,
          .layers = {layer}};
}

class BowlLearner final : public Learner {
 public:
  explicit BowlLearner(int dimensions)
      : spec_(bowl_spec(dimensions)), signature_(signature_of(spec_)) {}
  const Signature& signature() const override { return signature_; }
  std::string_view engine() const override { return "bowl"; }

  std::vector<float> init(Rng rng) const override { return initial_params(spec_, rng); }

  void adapt(TaskState& state, const Examples& support, const Batches& batches,
             const InnerOptions& options) override {
    settle(state, options);
    for (int k = 0; k < batches.steps(); ++k, ++state.task_steps) {
      const auto [loss, gradient] = this->gradient(state.meta.params, support);
      state.loss = loss;
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        state.meta.params[i] -= static_cast<float>(options.lr) * gradient[i];
      }
    }
  }

  LossAndGradient gradient(std::span<const float> params, const Examples& rows) override {
    LossAndGradient result;
    for (std::size_t i = 0; i < params.size(); ++i) {
      const float offset = params[i] - rows.rows[i];
      result.gradient.push_back(rows.targets[0] * offset);
      result.loss += 0.5 * double{rows.targets[0]} * double{offset} * double{offset};
    }
    return result;
  }

  std::vector<float> statistics(std::span<const float>, const Examples&) override { return {}; }

  std::vector<float> predict(std::span<const float>, const Examples&, const NormRows&) override {
    return {};
  }

 private:
  ModelSpec spec_;
  Signature signature_;
};

// Task `index` of an iteration is bowl `index` if `in_turn`, else one drawn at random.
inline FunctionTasks bowl_tasks(std::vector<Bowl> bowls, bool in_turn) {
  const auto dimensions = static_cast<int>(bowls[0].centre.size());
  return {{.channels = dimensions},
          1,
          [bowls = std::move(bowls), in_turn](auto stream, auto iteration, auto index) {
            Rng rng(1, stream, iteration, index);
            const auto& bowl =
                bowls[in_turn ? index : rng.below(static_cast<std::uint32_t>(bowls.size()))];
            Task task;
            task.rows = bowl.centre;
            task.targets = {bowl.curvature};
            task.support = {.rows = task.rows, .targets = task.targets, .count = 1};
            return task;
          }};
}

}  // namespace anole::toy
