#include "anole/reference/reference_learner.h"

#include <algorithm>
#include <numeric>
#include <type_traits>
#include <utility>

#include "anole/adapt/learner_checks.h"
#include "anole/models/model_spec.h"
#include "anole/reference/inner_step.h"
#include "anole/reference/loss.h"
#include "anole/reference/network.h"

namespace anole {
namespace reference {
namespace {

template <typename To, typename From>
std::vector<To> converted(std::span<const From> values) {
  std::vector<To> result(values.size());
  std::ranges::transform(values, result.begin(), [](From value) { return static_cast<To>(value); });
  return result;
}
template <typename To, typename From>
std::vector<To> converted(const std::vector<From>& values) {
  return converted<To>(std::span<const From>(values));
}

// Rows and answers of one batch, copied together.
template <typename T>
struct Batch {
  std::vector<T> rows, targets;
  std::vector<std::int32_t> labels;
};

// Appends item `index` of `items`, which holds `count` items of equal size.
template <typename From, typename To>
void append(std::span<const From> items, std::int64_t count, std::int32_t index,
            std::vector<To>& to) {
  const auto size = items.size() / static_cast<std::size_t>(count);
  for (const From value : items.subspan(static_cast<std::size_t>(index) * size, size)) {
    to.push_back(static_cast<To>(value));
  }
}

template <typename T>
Batch<T> gather(const Examples& examples, std::span<const std::int32_t> rows) {
  Batch<T> batch;
  for (const auto row : rows) {
    append(examples.rows, examples.count, row, batch.rows);
    append(examples.targets, examples.count, row, batch.targets);
    append(examples.labels, examples.count, row, batch.labels);
  }
  return batch;
}

template <typename T>
InnerState<T> begin(const TaskState& state) {
  return {.params = converted<T>(state.meta.params),
          .second_moment = converted<T>(state.meta.second_moment),
          .first_moment = converted<T>(state.first_moment),
          .adam_steps = state.meta.adam_steps,
          .task_steps = state.task_steps,
          .moment_rows = state.meta.moment_rows};
}

template <typename T>
class ReferenceLearner final : public Learner {
 public:
  explicit ReferenceLearner(const ModelSpec& spec)
      : network_(spec), signature_(signature_of(spec)), checks_(signature_) {}

  const Signature& signature() const override { return signature_; }
  std::string_view engine() const override {
    return std::is_same_v<T, float> ? "reference" : "reference in double";
  }

  std::vector<float> init(Rng rng) const override { return initial_params(network_.spec(), rng); }

  void adapt(TaskState& state, const Examples& support, const Batches& batches,
             const InnerOptions& options) override {
    checks_.adapt(state, support, batches, options);
    (void)kernel_version(options.precision);
    settle(state, options);
    auto inner = begin<T>(state);
    for (int k = 0; k < batches.steps(); ++k) {
      const auto found =
          derive(inner.params, gather<T>(support, batches.step(k)), options.label_smoothing);
      inner_step<T>(inner, found.gradient, options, batches.batch);
      state.loss = found.loss;
    }
    state.meta = {.params = converted<float>(inner.params),
                  .second_moment = converted<float>(inner.second_moment),
                  .adam_steps = inner.adam_steps,
                  .moment_rows = inner.moment_rows};
    state.first_moment = converted<float>(inner.first_moment);
    state.task_steps = inner.task_steps;
  }

  LossAndGradient gradient(std::span<const float> params, const Examples& rows) override {
    checks_.gradient(params, rows);
    std::vector<std::int32_t> all(static_cast<std::size_t>(rows.count));
    std::iota(all.begin(), all.end(), 0);
    const auto found = derive(converted<T>(params), gather<T>(rows, all), 0);
    return {.loss = found.loss, .gradient = converted<float>(found.gradient)};
  }

  std::vector<float> statistics(std::span<const float> params, const Examples& rows) override {
    checks_.statistics(params, rows);
    const auto pass = network_.forward(converted<T>(params), converted<T>(rows.rows));
    return network_.flattened(network_.batch_norm_statistics(pass));
  }

  std::vector<float> predict(std::span<const float> params, const Examples& rows,
                             const NormRows& norm) override {
    checks_.predict(params, rows, norm);
    if (rows.count == 0) return {};
    return converted<float>(predict_rows(converted<T>(params), rows, norm));
  }

 private:
  struct Derivative {
    double loss;
    std::vector<T> gradient;
  };

  // Loss and gradient of one batch.
  Derivative derive(const std::vector<T>& params, Batch<T> batch, double smoothing) const {
    const auto pass = network_.forward(params, std::move(batch.rows));
    auto value = signature_.loss == Loss::kCrossEntropy
                     ? cross_entropy<T>(pass.outputs(), batch.labels, smoothing)
                     : mean_squared_error<T>(pass.outputs(), batch.targets);
    return {value.loss, network_.backward(params, pass, std::move(value.d_outputs))};
  }

  std::vector<T> predict_rows(const std::vector<T>& params, const Examples& rows,
                              const NormRows& norm) const {
    auto inputs = converted<T>(rows.rows);
    if (norm.mode == NormMode::kTransductive || signature_.statistics.empty()) {
      return network_.forward(params, std::move(inputs)).outputs();
    }
    if (norm.mode == NormMode::kSupport && !norm.statistics.empty()) {
      return network_.forward(params, std::move(inputs), network_.unflattened(norm.statistics))
          .outputs();
    }
    auto shared = converted<T>(norm.support.rows);
    if (norm.mode == NormMode::kSupportPlusOne) return predict_one_by_one(params, shared, inputs);
    const auto measured = network_.forward(params, std::move(shared));
    return network_.forward(params, std::move(inputs), network_.batch_norm_statistics(measured))
        .outputs();
  }

  // Each row in a batch with all support rows.
  std::vector<T> predict_one_by_one(const std::vector<T>& params, const std::vector<T>& support,
                                    const std::vector<T>& rows) const {
    const auto row_size = static_cast<std::ptrdiff_t>(signature_.input.size());
    std::vector<T> outputs;
    for (auto row = rows.begin(); row != rows.end(); row += row_size) {
      auto batch = support;
      batch.insert(batch.end(), row, row + row_size);
      const auto pass = network_.forward(params, std::move(batch));
      outputs.insert(outputs.end(), pass.outputs().end() - network_.layout().outputs,
                     pass.outputs().end());
    }
    return outputs;
  }

  const ReferenceNetwork<T> network_;
  const Signature signature_;
  const LearnerChecks checks_;
};

}  // namespace
}  // namespace reference

std::unique_ptr<Learner> make_reference_learner(const ModelSpec& spec) {
  return std::make_unique<reference::ReferenceLearner<float>>(spec);
}

std::unique_ptr<Learner> make_double_reference_learner(const ModelSpec& spec) {
  return std::make_unique<reference::ReferenceLearner<double>>(spec);
}

}  // namespace anole
