#include "anole/fused/fused_learner.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "anole/adapt/learner_checks.h"
#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/fused/loss.h"
#include "anole/fused/optimizer.h"
#include "anole/fused/plan.h"

namespace anole {
namespace {

using fused::ParamArray;
using fused::Plan;
using fused::PlanKind;

// oneDNN may use no more than the chosen level; it accepts the limit only before its first
// primitive.
void limit_onednn_isa() {
#if defined(__x86_64__)
  static std::once_flag once;
  std::call_once(once, [] {
    if (isa() == Isa::kAvx2) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
    if (isa() == Isa::kBaseline) dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41);
  });
#endif
}

// One OpenMP thread for everything this worker thread creates and runs; other threads keep theirs.
void use_one_openmp_thread() {
  thread_local bool done = false;
  if (!done) omp_set_num_threads(1);
  done = true;
}

bool has_batch_norm(const ModelSpec& spec) {
  return std::ranges::any_of(spec.layers,
                             [](const Layer& l) { return l.kind == LayerKind::kBatchNorm; });
}

class FusedLearner final : public Learner {
 public:
  explicit FusedLearner(const ModelSpec& spec)
      : spec_(spec), layout_(layout(spec)), checks_(spec), has_batch_norm_(has_batch_norm(spec)) {
    limit_onednn_isa();
  }

  const ModelSpec& spec() const override { return spec_; }
  std::string_view engine() const override { return "fused"; }
  std::string_view kernel_version() const override { return onednn_version(); }

  TaskState adapt(TaskState state, const Examples& support, const Batches& batches,
                  const InnerOptions& options) override {
    checks_.adapt(state, support, batches, options);
    if (batches.steps() > 0) on_worker([&] { take_steps(state, support, batches, options); });
    return state;
  }

  LossAndGradient gradient(std::span<const float> params, const Examples& rows) override {
    checks_.gradient(params, rows);
    LossAndGradient result;
    result.gradient.resize(layout_.parameters);
    on_worker([&] {
      auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kTrain);
      plan.load(ParamArray::kParams, params);
      std::ranges::copy(rows.rows, plan.input().begin());
      plan.forward();
      result.loss = loss(plan, rows, 0);
      plan.backward();
      plan.store(ParamArray::kGradient, result.gradient);
    });
    return result;
  }

  std::vector<float> predict(std::span<const float> params, const Examples& support,
                             const Examples& rows, NormMode norm) override {
    checks_.predict(params, support, rows, norm);
    std::vector<float> outputs(static_cast<std::size_t>(rows.count) *
                               static_cast<std::size_t>(layout_.outputs));
    if (rows.count == 0) return outputs;
    on_worker([&] {
      if (!has_batch_norm_ || norm == NormMode::kTransductive) {
        predict_together(params, rows, outputs);
      } else if (norm == NormMode::kSupportPlusOne) {
        predict_one_by_one(params, support, rows, outputs);
      } else {
        predict_frozen(params, support, rows, outputs);
      }
    });
    return outputs;
  }

 private:
  static constexpr std::size_t kMaxPlans = 16;  // some 5 MB each; tasks of one kind need up to five

  template <class Job>
  void on_worker(Job job) {
    const auto guarded = [&](int, std::int64_t) {
      use_one_openmp_thread();
      job();
    };
    if (on_worker_thread()) return guarded(0, 0);
    if (!own_worker_) own_worker_.emplace(1);
    own_worker_->run(1, guarded);
  }

  // The plan for `rows` rows, made at first use; the one unused for longest gives way.
  Plan& plan_for(int rows, PlanKind kind) {
    const auto found = std::ranges::find_if(
        plans_, [&](const Entry& entry) { return entry.rows == rows && entry.kind == kind; });
    if (found != plans_.end()) {
      plans_.splice(plans_.begin(), plans_, found);
    } else {
      plans_.push_front({rows, kind, std::make_unique<Plan>(spec_, rows, kind)});
      if (plans_.size() > kMaxPlans) plans_.pop_back();
    }
    return *plans_.front().plan;
  }

  void take_steps(TaskState& state, const Examples& support, const Batches& batches,
                  const InnerOptions& options) {
    auto& plan = plan_for(batches.batch, PlanKind::kTrain);
    const bool adam = options.optimizer == Optimizer::kAdam, first = adam && options.beta1 > 0;
    if (adam) state.meta.second_moment.resize(layout_.parameters);
    if (first) state.first_moment.resize(layout_.parameters);
    plan.load(ParamArray::kParams, state.meta.params);
    if (adam) plan.load(ParamArray::kSecondMoment, state.meta.second_moment);
    if (first) plan.load(ParamArray::kFirstMoment, state.first_moment);
    labels_.resize(static_cast<std::size_t>(batches.batch));
    targets_.resize(support.targets.empty() ? 0 : plan.output().size());
    for (int k = 0; k < batches.steps(); ++k) {
      const auto batch = copy_batch(plan, support, batches.step(k));
      plan.forward();
      state.loss = loss(plan, batch, options.label_smoothing);
      plan.backward();
      optimize(plan, state, options);
    }
    plan.store(ParamArray::kParams, state.meta.params);
    if (adam) plan.store(ParamArray::kSecondMoment, state.meta.second_moment);
    if (first) plan.store(ParamArray::kFirstMoment, state.first_moment);
  }

  Examples copy_batch(Plan& plan, const Examples& support, std::span<const std::int32_t> rows) {
    const auto input = plan.input();
    const std::size_t row_size = spec_.input.size(),
                      outputs = static_cast<std::size_t>(layout_.outputs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<std::size_t>(rows[i]);
      std::ranges::copy(support.rows.subspan(row * row_size, row_size),
                        input.begin() + static_cast<std::ptrdiff_t>(i * row_size));
      if (targets_.empty()) {
        labels_[i] = support.labels[row];
      } else {
        std::ranges::copy(support.targets.subspan(row * outputs, outputs),
                          targets_.begin() + static_cast<std::ptrdiff_t>(i * outputs));
      }
    }
    return {.rows = input,
            .labels = labels_,
            .targets = targets_,
            .count = static_cast<std::int64_t>(rows.size())};
  }

  double loss(Plan& plan, const Examples& rows, double smoothing) const {
    return spec_.loss == Loss::kCrossEntropy
               ? fused::cross_entropy(plan.output(), rows.labels, plan.output_gradient(), smoothing)
               : fused::mean_squared_error(plan.output(), rows.targets, plan.output_gradient());
  }

  static void optimize(Plan& plan, TaskState& state, const InnerOptions& options) {
    const auto params = plan.array(ParamArray::kParams),
               gradient = plan.array(ParamArray::kGradient);
    const auto keep = static_cast<float>(1 - options.weight_decay);
    ++state.task_steps;
    if (options.optimizer == Optimizer::kSgd) {
      return fused::sgd_step(params, gradient, static_cast<float>(options.lr), keep);
    }
    const bool frozen = options.optimizer_state == OptimizerState::kFrozen,
               first = options.beta1 > 0;
    if (!frozen) ++state.meta.adam_steps;
    double step_size =
        options.lr *
        std::sqrt(1 - std::pow(options.beta2, static_cast<double>(state.meta.adam_steps)));
    if (first) step_size /= 1 - std::pow(options.beta1, static_cast<double>(state.task_steps));
    fused::adam_step(
        {.params = params,
         .gradient = gradient,
         .second_moment = plan.array(ParamArray::kSecondMoment),
         .first_moment = first ? plan.array(ParamArray::kFirstMoment) : std::span<float>()},
        {.step_size = static_cast<float>(step_size),
         .beta2 = static_cast<float>(options.beta2),
         .one_minus_beta2 = static_cast<float>(1 - options.beta2),
         .beta1 = static_cast<float>(options.beta1),
         .one_minus_beta1 = static_cast<float>(1 - options.beta1),
         .eps = static_cast<float>(options.eps),
         .keep = keep,
         .update_second_moment = !frozen});
  }

  void predict_together(std::span<const float> params, const Examples& rows,
                        std::span<float> outputs) {
    auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kPredict);
    plan.load(ParamArray::kParams, params);
    std::ranges::copy(rows.rows, plan.input().begin());
    plan.forward();
    std::ranges::copy(plan.output(), outputs.begin());
  }

  void predict_one_by_one(std::span<const float> params, const Examples& support,
                          const Examples& rows, std::span<float> outputs) {
    auto& plan = plan_for(static_cast<int>(support.count) + 1, PlanKind::kPredict);
    const std::size_t row_size = spec_.input.size(),
                      width = static_cast<std::size_t>(layout_.outputs);
    plan.load(ParamArray::kParams, params);
    std::ranges::copy(support.rows, plan.input().begin());
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows.count); ++i) {
      std::ranges::copy(rows.rows.subspan(i * row_size, row_size),
                        plan.input().last(row_size).begin());
      plan.forward();
      std::ranges::copy(plan.output().last(width), outputs.subspan(i * width, width).begin());
    }
  }

  void predict_frozen(std::span<const float> params, const Examples& support, const Examples& rows,
                      std::span<float> outputs) {
    auto& measure = plan_for(static_cast<int>(support.count), PlanKind::kPredict);
    measure.load(ParamArray::kParams, params);
    std::ranges::copy(support.rows, measure.input().begin());
    measure.forward();
    auto& plan = plan_for(static_cast<int>(rows.count), PlanKind::kPredictFrozen);
    plan.load(ParamArray::kParams, params);
    std::ranges::copy(measure.statistics(), plan.statistics().begin());
    std::ranges::copy(rows.rows, plan.input().begin());
    plan.forward();
    std::ranges::copy(plan.output(), outputs.begin());
  }

  struct Entry {
    int rows;
    PlanKind kind;
    std::unique_ptr<Plan> plan;
  };

  const ModelSpec spec_;
  const ModelLayout layout_;
  const LearnerChecks checks_;
  const bool has_batch_norm_;
  std::list<Entry> plans_;                // most recently used first
  std::vector<std::int32_t> labels_;      // of the current batch
  std::vector<float> targets_;            // of the current batch; empty for classification
  std::optional<WorkerPool> own_worker_;  // for callers that are not workers
};

}  // namespace

std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec) {
  return std::make_unique<FusedLearner>(spec);
}

std::string_view onednn_version() {
  static const std::string version = [] {
    const auto* v = dnnl_version();
    return fmt::format("{}.{}.{}", v->major, v->minor, v->patch);
  }();
  return version;
}

}  // namespace anole
