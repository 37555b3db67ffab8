#include "anole/adapt/learner_checks.h"

#include <algorithm>
#include <cmath>

#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/vector_math.h"

namespace anole {
namespace {

constexpr std::int64_t kMostRows = std::int64_t{1} << 30;  // engines count rows in int

}  // namespace

LearnerChecks::LearnerChecks(const Signature& signature)
    : name_(signature.name),
      row_size_(signature.input.size()),
      parameters_(signature.parameters),
      outputs_(static_cast<std::size_t>(signature.outputs)),
      statistics_(signature.statistics_size()),
      loss_(signature.loss) {}

void LearnerChecks::adapt(const TaskState& state, const Examples& support, const Batches& steps,
                          const InnerOptions& options) const {
  visit_fields(options, [](const auto& field, const auto& value) { check_limits(field, value); });
  params(state.params(), "params");
  moments(state, options);
  rows(support, "support");
  answers(support);
  batches(steps, support.count);
}

void LearnerChecks::gradient(std::span<const float> values, const Examples& examples) const {
  params(values, "params");
  if (examples.count < 1)
    throw Error("model '{}': a gradient needs at least one row, got none", name_);
  rows(examples, "rows");
  answers(examples);
}

void LearnerChecks::statistics(std::span<const float> values, const Examples& examples) const {
  params(values, "params");
  if (examples.count < 1)
    throw Error("model '{}': statistics need at least one row, got none", name_);
  rows(examples, "rows");
}

void LearnerChecks::predict(std::span<const float> values, const Examples& examples,
                            const NormRows& norm) const {
  params(values, "params");
  rows(examples, "rows");
  rows(norm.support, "support");
  finite(examples, "row");
  if (!norm.statistics.empty() && norm.statistics.size() != statistics_) {
    throw Error("model '{}' normalises by {} statistics, got {}", name_, statistics_,
                norm.statistics.size());
  }
  if (statistics_ == 0 || norm.mode == NormMode::kTransductive) return;
  const bool measured = norm.mode == NormMode::kSupport && !norm.statistics.empty();
  if (!measured && norm.support.count < 1) {
    throw Error(
        "model '{}' has batch-norm: predicting in mode '{}' needs the task's support rows, got "
        "none; pass them or use 'transductive'",
        name_, enum_name(norm.mode));
  }
  if (!measured) finite(norm.support, "support row");
}

// A ReLU takes what is not a number for 0, so that such a row would get an answer like any other.
void LearnerChecks::finite(const Examples& examples, const char* what) const {
  if (all_finite(examples.rows)) return;
  const auto bad = std::ranges::find_if(examples.rows, [](float v) { return !std::isfinite(v); });
  const auto at = static_cast<std::size_t>(bad - examples.rows.begin());
  throw Error("model '{}': {} {} holds {} at place {}, expected finite numbers", name_, what,
              at / row_size_, *bad, at % row_size_);
}

void LearnerChecks::params(std::span<const float> values, const char* what) const {
  if (values.size() != parameters_) {
    throw Error("model '{}' has {} params, got {} {}", name_, parameters_, values.size(), what);
  }
}

void LearnerChecks::rows(const Examples& examples, const char* what) const {
  const auto found = examples.rows.size();
  if (examples.count > kMostRows) {
    throw Error("model '{}': {} {}, expected at most {} at once", name_, examples.count, what,
                kMostRows);
  }
  if (examples.count < 0 || found != static_cast<std::size_t>(examples.count) * row_size_) {
    throw Error("model '{}': {} hold {} numbers, expected {} rows of {}", name_, what, found,
                examples.count, row_size_);
  }
}

void LearnerChecks::answers(const Examples& examples) const {
  const auto count = static_cast<std::size_t>(examples.count);
  if (loss_ == Loss::kMeanSquaredError) {
    if (examples.targets.size() == count * outputs_) return;
    throw Error("model '{}': {} targets for {} rows, expected {} a row", name_,
                examples.targets.size(), count, outputs_);
  }
  if (examples.labels.size() != count) {
    throw Error("model '{}': {} labels for {} rows, expected one a row", name_,
                examples.labels.size(), count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = examples.labels[i];
    if (label < 0 || static_cast<std::size_t>(label) >= outputs_) {
      throw Error("model '{}': label {} of row {} is outside [0, {}), the network's classes", name_,
                  label, i, outputs_);
    }
  }
}

void LearnerChecks::moments(const TaskState& state, const InnerOptions& options) const {
  if (!state.first_moment.empty()) params(state.first_moment, "first moments");
  if (options.optimizer != Optimizer::kAdam) return;
  const auto& meta = state.start != nullptr ? *state.start : state.meta;
  if (meta.moment_rows < 0) {
    throw Error("model '{}': the second moment is of batches of {} rows, expected 0 or more", name_,
                meta.moment_rows);
  }
  if (!meta.second_moment.empty()) params(meta.second_moment, "second moments");
  if (meta.adam_steps < 0 || (meta.second_moment.empty() && meta.adam_steps != 0)) {
    throw Error("model '{}': {} Adam steps with {} second moments; a state has both or neither",
                name_, meta.adam_steps, meta.second_moment.size());
  }
  if (options.optimizer_state == OptimizerState::kFrozen && meta.adam_steps == 0) {
    throw Error(
        "model '{}': optimizer_state 'frozen' needs a stored second moment, but the state has "
        "taken no Adam step; train with 'carry' first",
        name_);
  }
}

void LearnerChecks::batches(const Batches& steps, std::int64_t count) const {
  if (steps.batch < 0 || (steps.batch == 0 && !steps.rows.empty()) ||
      (steps.batch > 0 && steps.rows.size() % static_cast<std::size_t>(steps.batch) != 0)) {
    throw Error("batches: {} row indices do not make whole batches of {}", steps.rows.size(),
                steps.batch);
  }
  const auto outside = std::ranges::find_if(
      steps.rows, [count](std::int32_t row) { return row < 0 || row >= count; });
  if (outside != steps.rows.end()) {
    throw Error("batches: row index {} is outside the {} support rows", *outside, count);
  }
}

}  // namespace anole
