#pragma once

// A Learner over plans: engines that prepare everything for one network at one batch size, then
// only execute. What all of them share stands here: the inner loop, the norm modes, and which plans
// are kept. A Plan is a type with
//   Plan(const ModelSpec&, int batch, PlanKind);
//   static std::string_view engine(), kernel_version();
//   static std::string_view bf16_version();           // optional: if it has kTrainBf16; may throw
//   struct ThreadScope;                               // exists while a thread makes or runs plans
//   void load(ParamArray, std::span<const float> flat), store(ParamArray, std::span<float> flat);
//   std::span<float> array(ParamArray);               // a whole array, in the plan's own order
//   void set_rows(int first, std::span<const float* const>);  // rows of the input, [C, H, W] each
//   void forward();                                   // input -> output(), statistics()
//   std::span<const float> output();                  // [B, N or D]
//   std::span<float> output_gradient();               // [B, N or D]; kTrain only
//   void backward();                                  // output_gradient() -> array(kGradient)
//   std::span<float> statistics();                    // of every batch-norm; input if frozen
//   static std::size_t norm_width(int channels);      // floats of C means, or C variances, in it
//   std::size_t arena_bytes();                        // all memory

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/adapt/learner_checks.h"
#include "anole/adapt/loss.h"
#include "anole/adapt/optimizer.h"
#include "anole/core/parallel.h"
#include "anole/models/model_spec.h"

namespace anole {

enum class PlanKind {
  kTrain,          // forward and backward, statistics of the batch
  kTrainBf16,      // the same with products of bfloat16; of plans with bf16_version()
  kPredict,        // forward, statistics of the batch
  kPredictFrozen,  // forward, statistics given
};

// The arrays that lie in a plan's own order; plans that only predict have kParams alone.
enum class ParamArray { kParams, kGradient, kSecondMoment, kFirstMoment };

template <class Plan>
class PlanLearner final : public Learner {
 public:
  // Throws Error if the spec is not a network.
  explicit PlanLearner(const ModelSpec& spec)
      : spec_(spec),
        signature_(signature_of(spec)),
        checks_(signature_),
        norm_channels_(norm_channels(spec)),
        chunk_(chunk_of(spec)) {}

  const Signature& signature() const override { return signature_; }
  std::string_view engine() const override { return Plan::engine(); }
  std::string_view kernel_version(Precision precision) const override {
    if constexpr (requires { Plan::bf16_version(); }) {
      if (precision == Precision::kBf16) return Plan::bf16_version();
    } else if (precision == Precision::kBf16) {
      return Learner::kernel_version(precision);
    }
    return Plan::kernel_version();
  }

  std::vector<float> init(Rng rng) const override { return initial_params(spec_, rng); }

  // The first step of a task reads its start straight into the plan.
  void adapt(TaskState& state, const Examples& support, const Batches& batches,
             const InnerOptions& options) override {
    checks_.adapt(state, support, batches, options);
    (void)kernel_version(options.precision);
    if (batches.steps() == 0) return;
    as_worker([&] { take_steps(state, support, batches, options); });
  }

  LossAndGradient gradient(std::span<const float> params, const Examples& rows) override {
    checks_.gradient(params, rows);
    LossAndGradient result;
    result.gradient.resize(signature_.parameters);
    as_worker([&] {
      auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kTrain);
      plan.load(ParamArray::kParams, params);
      set_rows(plan, rows);
      plan.forward();
      result.loss = loss(plan, rows.labels, rows.targets, 0);
      plan.backward();
      plan.store(ParamArray::kGradient, result.gradient);
    });
    return result;
  }

  std::vector<float> statistics(std::span<const float> params, const Examples& rows) override {
    checks_.statistics(params, rows);
    std::vector<float> flat(signature_.statistics_size());
    if (!flat.empty()) as_worker([&] { measure(params, rows, flat); });
    return flat;
  }

  std::vector<float> predict(std::span<const float> params, const Examples& rows,
                             const NormRows& norm) override {
    checks_.predict(params, rows, norm);
    std::vector<float> outputs(static_cast<std::size_t>(rows.count) * outputs_of_a_row());
    if (rows.count == 0) return outputs;
    as_worker([&] {
      if (signature_.statistics.empty()) {
        predict_in_chunks(PlanKind::kPredict, params, {}, rows, outputs);
      } else if (norm.mode == NormMode::kTransductive) {
        predict_together(params, rows, outputs);
      } else if (norm.mode == NormMode::kSupportPlusOne) {
        predict_one_by_one(params, norm.support, rows, outputs);
      } else {
        predict_frozen(params, norm, rows, outputs);
      }
    });
    return outputs;
  }

 private:
  // The plans that are kept: those that tasks of one kind need, whatever they take (an evaluation
  // has one to train, three norm modes' and one to measure), and more up to this many bytes.
  static constexpr std::size_t kFewestPlans = 5, kMaxBytes = std::size_t{96} << 20;
  // Of a plan that predicts rows which do not see each other.
  static constexpr std::size_t kChunkBytes = std::size_t{32} << 20;

  static std::vector<int> norm_channels(const ModelSpec& spec) {
    std::vector<int> channels;
    const auto shapes = layout(spec).layers;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (spec.layers[i].kind == LayerKind::kBatchNorm) channels.push_back(shapes[i].in.channels);
    }
    return channels;
  }

  // Rows of such a plan: as many as keep the outputs of all layers in half of kChunkBytes.
  static std::size_t chunk_of(const ModelSpec& spec) {
    std::size_t floats = 1;
    for (const auto& shape : layout(spec).layers) floats += shape.out.size();
    return std::clamp<std::size_t>(kChunkBytes / 2 / (floats * sizeof(float)), 1, 64);
  }

  std::size_t outputs_of_a_row() const { return static_cast<std::size_t>(signature_.outputs); }

  template <class Job>
  void as_worker(Job job) {
    const WorkerScope scope;
    [[maybe_unused]] const typename Plan::ThreadScope plans{};
    job();
  }

  // The plan for `rows` rows, made at first use; those unused for longest give way.
  Plan& plan_for(int rows, PlanKind kind) {
    const auto found = std::ranges::find_if(
        plans_, [&](const Entry& entry) { return entry.rows == rows && entry.kind == kind; });
    if (found != plans_.end()) {
      plans_.splice(plans_.begin(), plans_, found);
      return *plans_.front().plan;
    }
    plans_.push_front({rows, kind, std::make_unique<Plan>(spec_, rows, kind)});
    std::size_t bytes = 0, kept = 0;
    auto keep = plans_.begin();
    for (; keep != plans_.end(); ++keep, ++kept) {
      bytes += keep->plan->arena_bytes();
      if (kept >= kFewestPlans && bytes > kMaxBytes) break;
    }
    plans_.erase(keep, plans_.end());
    return *plans_.front().plan;
  }

  void take_steps(TaskState& state, const Examples& support, const Batches& batches,
                  const InnerOptions& options) {
    const bool bf16 = options.precision == Precision::kBf16;
    auto& plan = plan_for(batches.batch, bf16 ? PlanKind::kTrainBf16 : PlanKind::kTrain);
    const bool adam = options.optimizer == Optimizer::kAdam, first = adam && options.beta1 > 0;
    const auto& start = enter(state, options);
    if (adam) state.meta.second_moment.resize(signature_.parameters);
    if (first) state.first_moment.resize(signature_.parameters);
    plan.load(ParamArray::kParams, start.params);
    if (adam && (state.start == nullptr || carries_moment(start, options))) {
      plan.load(ParamArray::kSecondMoment, start.second_moment);
    } else if (adam) {
      std::ranges::fill(plan.array(ParamArray::kSecondMoment), 0.0f);
    }
    state.start = nullptr;
    if (first) plan.load(ParamArray::kFirstMoment, state.first_moment);
    labels_.resize(support.labels.empty() ? 0 : static_cast<std::size_t>(batches.batch));
    targets_.resize(support.targets.empty() ? 0 : plan.output().size());
    rows_.resize(static_cast<std::size_t>(batches.batch));
    for (int k = 0; k < batches.steps(); ++k) {
      set_batch(plan, support, batches.step(k));
      plan.forward();
      state.loss = loss(plan, labels_, targets_, options.label_smoothing);
      plan.backward();
      optimize(plan, state, options, batches.batch);
    }
    plan.store(ParamArray::kParams, state.meta.params);
    if (adam) plan.store(ParamArray::kSecondMoment, state.meta.second_moment);
    if (first) plan.store(ParamArray::kFirstMoment, state.first_moment);
  }

  const float* row_of(const Examples& examples, std::size_t row) const {
    return examples.rows.data() + row * spec_.input.size();
  }

  // All `examples` as the plan's first rows.
  void set_rows(Plan& plan, const Examples& examples) {
    rows_.resize(static_cast<std::size_t>(examples.count));
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = row_of(examples, i);
    plan.set_rows(0, rows_);
  }

  void set_batch(Plan& plan, const Examples& support, std::span<const std::int32_t> rows) {
    const auto width = outputs_of_a_row();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      rows_[i] = row_of(support, row);
      if (!labels_.empty()) labels_[i] = support.labels[row];
      if (!targets_.empty()) {
        std::ranges::copy(support.targets.subspan(row * width, width),
                          targets_.begin() + static_cast<std::ptrdiff_t>(i * width));
      }
    }
    plan.set_rows(0, rows_);
  }

  double loss(Plan& plan, std::span<const std::int32_t> labels, std::span<const float> targets,
              double smoothing) const {
    return spec_.loss == Loss::kCrossEntropy
               ? cross_entropy(plan.output(), labels, plan.output_gradient(), smoothing)
               : mean_squared_error(plan.output(), targets, plan.output_gradient());
  }

  static void optimize(Plan& plan, TaskState& state, const InnerOptions& options, int rows) {
    const auto params = plan.array(ParamArray::kParams),
               gradient = plan.array(ParamArray::kGradient);
    const auto keep = static_cast<float>(1 - options.weight_decay);
    ++state.task_steps;
    if (options.clip_norm > 0) clip(gradient, options.clip_norm);
    if (options.optimizer == Optimizer::kSgd) {
      return sgd_step(params, gradient, static_cast<float>(options.lr), keep);
    }
    const bool frozen = options.optimizer_state == OptimizerState::kFrozen,
               first = options.beta1 > 0;
    if (!frozen) ++state.meta.adam_steps;
    double step_size =
        options.lr *
        std::sqrt(1 - std::pow(options.beta2, static_cast<double>(state.meta.adam_steps)));
    const double scale = gradient_scale(state.meta.moment_rows, options, rows);
    if (first) {
      step_size /= 1 - std::pow(options.beta1, static_cast<double>(state.task_steps));
    } else {
      step_size *= scale;
    }
    adam_step({.params = params,
               .gradient = gradient,
               .second_moment = plan.array(ParamArray::kSecondMoment),
               .first_moment = first ? plan.array(ParamArray::kFirstMoment) : std::span<float>()},
              {.step_size = static_cast<float>(step_size),
               .beta2 = static_cast<float>(options.beta2),
               .one_minus_beta2 = static_cast<float>((1 - options.beta2) * scale * scale),
               .beta1 = static_cast<float>(options.beta1),
               .one_minus_beta1 = static_cast<float>((1 - options.beta1) * scale),
               .eps = static_cast<float>(options.eps),
               .keep = keep,
               .update_second_moment = !frozen});
  }

  void predict_together(std::span<const float> params, const Examples& rows,
                        std::span<float> outputs) {
    auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kPredict);
    plan.load(ParamArray::kParams, params);
    set_rows(plan, rows);
    plan.forward();
    std::ranges::copy(plan.output(), outputs.begin());
  }

  void predict_one_by_one(std::span<const float> params, const Examples& support,
                          const Examples& rows, std::span<float> outputs) {
    const int last = static_cast<int>(support.count);
    auto& plan = plan_for(last + 1, PlanKind::kPredict);
    const auto width = outputs_of_a_row();
    plan.load(ParamArray::kParams, params);
    set_rows(plan, support);
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows.count); ++i) {
      plan.set_rows(last, std::array{row_of(rows, i)});
      plan.forward();
      std::ranges::copy(plan.output().last(width), outputs.subspan(i * width, width).begin());
    }
  }

  void predict_frozen(std::span<const float> params, const NormRows& norm, const Examples& rows,
                      std::span<float> outputs) {
    if (!norm.statistics.empty()) {
      return predict_in_chunks(PlanKind::kPredictFrozen, params, norm.statistics, rows, outputs);
    }
    std::vector<float> flat(signature_.statistics_size());
    measure(params, norm.support, flat);
    predict_in_chunks(PlanKind::kPredictFrozen, params, flat, rows, outputs);
  }

  // Rows that do not see each other, some at a time, so that memory does not grow with their
  // number. The last plan may have rows left over from the one before, whose outputs nobody reads.
  void predict_in_chunks(PlanKind kind, std::span<const float> params,
                         std::span<const float> statistics, const Examples& rows,
                         std::span<float> outputs) {
    const auto count = static_cast<std::size_t>(rows.count), chunk = std::min(count, chunk_);
    auto& plan = plan_for(static_cast<int>(chunk), kind);
    plan.load(ParamArray::kParams, params);
    if (!statistics.empty()) load_statistics(plan, statistics);
    const auto width = outputs_of_a_row();
    for (std::size_t first = 0; first < count; first += chunk) {
      rows_.resize(std::min(chunk, count - first));
      for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = row_of(rows, first + i);
      plan.set_rows(0, rows_);
      plan.forward();
      std::ranges::copy(plan.output().first(rows_.size() * width),
                        outputs.subspan(first * width).begin());
    }
  }

  void measure(std::span<const float> params, const Examples& rows, std::span<float> flat) {
    auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kPredict);
    plan.load(ParamArray::kParams, params);
    set_rows(plan, rows);
    plan.forward();
    auto from = plan.statistics();
    for (const int channels : norm_channels_) {
      for (int half = 0; half < 2; ++half) {  // means, variances
        std::ranges::copy(from.first(static_cast<std::size_t>(channels)), flat.begin());
        flat = flat.subspan(static_cast<std::size_t>(channels));
        from = from.subspan(Plan::norm_width(channels));
      }
    }
  }

  void load_statistics(Plan& plan, std::span<const float> flat) {
    auto to = plan.statistics();
    for (const int channels : norm_channels_) {
      for (int half = 0; half < 2; ++half) {
        std::ranges::copy(flat.first(static_cast<std::size_t>(channels)), to.begin());
        flat = flat.subspan(static_cast<std::size_t>(channels));
        to = to.subspan(Plan::norm_width(channels));
      }
    }
  }

  struct Entry {
    int rows;
    PlanKind kind;
    std::unique_ptr<Plan> plan;
  };

  const ModelSpec spec_;
  const Signature signature_;
  const LearnerChecks checks_;
  const std::vector<int> norm_channels_;  // of every batch-norm, in layer order
  const std::size_t chunk_;
  std::vector<const float*> rows_;    // of the current batch
  std::list<Entry> plans_;            // most recently used first
  std::vector<std::int32_t> labels_;  // of the current batch; empty for regression
  std::vector<float> targets_;        // of the current batch; empty for classification
};

}  // namespace anole
