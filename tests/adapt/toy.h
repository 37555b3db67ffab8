#pragma once

// A learner and task sources small enough to reason about, for the tests of everything above the
// engines: one linear layer with softmax or squared error, in double, in plain loops.

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/models/model_spec.h"

namespace anole::toy {

// outputs = W x + b; W is [outputs, inputs], b is [outputs].
inline ModelSpec linear_spec(int inputs, int outputs, Loss loss) {
  Layer layer{.kind = LayerKind::kLinear, .name = "linear", .out = outputs};
  return {.name = "toy",
          .input = {.channels = inputs},
          .init = InitScheme::kFanIn,
          .loss = loss,
          .layers = {layer}};
}

class LinearLearner final : public Learner {
 public:
  explicit LinearLearner(ModelSpec spec)
      : spec_(std::move(spec)),
        signature_(signature_of(spec_)),
        inputs_(spec_.input.size()),
        outputs_(static_cast<std::size_t>(spec_.layers.back().out)) {}

  const Signature& signature() const override { return signature_; }
  std::string_view engine() const override { return "toy"; }

  std::vector<float> init(Rng rng) const override { return initial_params(spec_, rng); }

  void adapt(TaskState& state, const Examples& support, const Batches& batches,
             const InnerOptions& options) override {
    settle(state, options);
    for (int k = 0; k < batches.steps(); ++k) {
      const auto step = gradient_of(state.meta.params, support, batches.step(k));
      state.loss = step.loss;
      ++state.task_steps;
      if (options.optimizer == Optimizer::kSgd) {
        for (std::size_t i = 0; i < step.gradient.size(); ++i) {
          state.meta.params[i] -= static_cast<float>(options.lr) * step.gradient[i];
        }
      } else {
        (void)gradient_scale(state.meta.moment_rows, options, batches.batch);
        adam(state.meta, step.gradient, options);
      }
    }
  }

  LossAndGradient gradient(std::span<const float> params, const Examples& rows) override {
    std::vector<std::int32_t> all(static_cast<std::size_t>(rows.count));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int32_t>(i);
    return gradient_of(params, rows, all);
  }

  std::vector<float> statistics(std::span<const float>, const Examples&) override { return {}; }

  std::vector<float> predict(std::span<const float> params, const Examples& rows,
                             const NormRows&) override {
    std::vector<float> result;
    for (std::int64_t row = 0; row < rows.count; ++row) {
      for (const double y : outputs(params, rows, static_cast<std::size_t>(row))) {
        result.push_back(static_cast<float>(y));
      }
    }
    return result;
  }

 private:
  std::vector<double> outputs(std::span<const float> params, const Examples& rows,
                              std::size_t row) {
    std::vector<double> y(outputs_);
    for (std::size_t o = 0; o < outputs_; ++o) {
      y[o] = double{params[outputs_ * inputs_ + o]};
      for (std::size_t i = 0; i < inputs_; ++i) {
        y[o] += double{params[o * inputs_ + i]} * double{rows.rows[row * inputs_ + i]};
      }
    }
    return y;
  }

  // Loss of one row; `y` becomes d loss / d y.
  double row_loss(const Examples& rows, std::size_t row, std::vector<double>& y) const {
    if (spec_.loss == Loss::kMeanSquaredError) {
      double loss = 0;
      for (std::size_t o = 0; o < outputs_; ++o) {
        const double error = y[o] - double{rows.targets[row * outputs_ + o]};
        loss += error * error / static_cast<double>(outputs_);
        y[o] = 2 * error / static_cast<double>(outputs_);
      }
      return loss;
    }
    const double top = *std::max_element(y.begin(), y.end());
    double sum = 0;
    for (auto& value : y) sum += value = std::exp(value - top);
    for (auto& value : y) value /= sum;
    auto& right = y[static_cast<std::size_t>(rows.labels[row])];
    const double loss = -std::log(right);
    right -= 1;
    return loss;
  }

  LossAndGradient gradient_of(std::span<const float> params, const Examples& rows,
                              std::span<const std::int32_t> batch) {
    std::vector<double> sum(params.size());
    double loss = 0;
    for (const auto index : batch) {
      const auto row = static_cast<std::size_t>(index);
      auto y = outputs(params, rows, row);
      loss += row_loss(rows, row, y);
      for (std::size_t o = 0; o < outputs_; ++o) {
        for (std::size_t i = 0; i < inputs_; ++i) {
          sum[o * inputs_ + i] += y[o] * double{rows.rows[row * inputs_ + i]};
        }
        sum[outputs_ * inputs_ + o] += y[o];
      }
    }
    const auto n = static_cast<double>(batch.size());
    LossAndGradient result{.loss = loss / n, .gradient = {}};
    for (const double g : sum) result.gradient.push_back(static_cast<float>(g / n));
    return result;
  }

  static void adam(MetaState& meta, const std::vector<float>& gradient,
                   const InnerOptions& options) {
    ++meta.adam_steps;
    const double correction =
        std::sqrt(1 - std::pow(options.beta2, static_cast<double>(meta.adam_steps)));
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const double g = gradient[i];
      const double v = options.beta2 * double{meta.second_moment[i]} + (1 - options.beta2) * g * g;
      meta.second_moment[i] = static_cast<float>(v);
      meta.params[i] -=
          static_cast<float>(options.lr * correction * g / (std::sqrt(v) + options.eps));
    }
  }

  ModelSpec spec_;
  Signature signature_;
  std::size_t inputs_, outputs_;
};

inline LearnerFactory linear_learner(int inputs, int outputs, Loss loss) {
  return [=] { return std::make_unique<LinearLearner>(linear_spec(inputs, outputs, loss)); };
}

// Points the views of `task` at its own rows: the first `support` rows, then the rest.
inline Task with_views(Task task, std::size_t support, std::size_t row_size,
                       std::size_t target_size) {
  const auto part = [&](std::size_t from, std::size_t to) {
    Examples examples;
    examples.count = static_cast<std::int64_t>(to - from);
    examples.rows = std::span(task.rows).subspan(from * row_size, (to - from) * row_size);
    if (target_size > 0) {
      examples.targets =
          std::span(task.targets).subspan(from * target_size, (to - from) * target_size);
    } else {
      examples.labels = std::span(task.labels).subspan(from, to - from);
    }
    return examples;
  };
  const auto total = task.rows.size() / row_size;
  task.support = part(0, support);
  task.query = part(support, total);
  return task;
}

// Classes are points in the plane around (0, 1), (1, 0) and (-1, -1), in drawn order; the drawn
// order makes the label, so a network must adapt. Rows are noisy copies of their class's point.
class PointTasks final : public TaskSource {
 public:
  explicit PointTasks(TaskShape shape, std::uint64_t seed = 0) : shape_(shape), seed_(seed) {}
  Shape shape() const override { return {.channels = 2}; }
  int outputs() const override { return shape_.ways; }
  AnswerKind answer() const override { return AnswerKind::kClass; }

  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override {
    static constexpr float kPoints[3][2] = {{0, 1}, {1, 0}, {-1, -1}};
    static const char* const kNames[] = {"north", "east", "southwest"};
    Rng rng(seed_, stream, iteration, index);
    std::vector<std::int32_t> classes(static_cast<std::size_t>(shape_.ways));
    rng.sample(3, classes);
    Task task;
    task.way = shape_.ways;
    for (const auto c : classes) task.class_names.push_back(kNames[c]);
    const int per_part[] = {shape_.shots, shape_.queries};
    for (const int rows : per_part) {
      for (std::size_t label = 0; label < classes.size(); ++label) {
        for (int i = 0; i < rows; ++i) {
          for (const float x : kPoints[classes[label]])
            task.rows.push_back(x + 0.2f * rng.normal());
          task.labels.push_back(static_cast<std::int32_t>(label));
        }
      }
    }
    return with_views(std::move(task), classes.size() * static_cast<std::size_t>(shape_.shots), 2,
                      0);
  }

 private:
  TaskShape shape_;
  std::uint64_t seed_;
};

// Tasks made by a function, for everything else.
class FunctionTasks final : public TaskSource {
 public:
  using Make = std::function<Task(Stream, std::uint64_t iteration, std::uint32_t index)>;
  FunctionTasks(Shape shape, int outputs, Make make, AnswerKind answer = AnswerKind::kClass)
      : shape_(shape), outputs_(outputs), make_(std::move(make)), answer_(answer) {}
  Shape shape() const override { return shape_; }
  int outputs() const override { return outputs_; }
  AnswerKind answer() const override { return answer_; }
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override {
    return make_(stream, iteration, index);
  }

 private:
  Shape shape_;
  int outputs_;
  Make make_;
  AnswerKind answer_;
};

}  // namespace anole::toy
