#include "anole/bundle/adapter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/adapt/adapt_all.h"
#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/core/vector_math.h"
#include "anole/tasks/shift.h"

namespace anole {
namespace {

// Of Omniglot's network some ten milliseconds; more than what beginning anew costs.
constexpr int kStepsBetweenChecks = 16;

}  // namespace

Adapter::Adapter(Bundle bundle, MakeLearner make)
    : bundle_(std::move(bundle)), make_(std::move(make)) {
  if (!is_adapted(bundle_)) start_ = bundle_;
  learner_ = make_(bundle_.spec);
  ANOLE_CHECK(learner_ != nullptr && learner_->signature() == signature_of(bundle_.spec));
}

const Bundle& Adapter::start() {
  if (start_.meta.params.empty()) start_ = start_of(bundle_, "the adapted bundle");
  return start_;
}

std::vector<float> Adapter::row(const Input& input) const {
  auto preprocessing = bundle_.preprocessing;
  if (preprocessing.shape.channels == 0) {
    preprocessing = {.shape = bundle_.spec.input, .resize = Resize::kNone};
  }
  return row_of(input, preprocessing);
}

void Adapter::adapt(std::vector<LabelledRow> examples, const AdaptOptions& options) {
  sort_canonically(examples);
  check_examples(examples, start().spec.input);
  auto file = bundle_.start.empty() ? bundle_bytes(start(), "start") : bundle_.start;
  learn(support_task(examples, labels_of(examples)), options);
  bundle_.start = std::move(file);
  bundle_.examples = std::move(examples);
}

void Adapter::add(std::vector<LabelledRow> examples) {
  if (!is_adapted(bundle_)) {
    throw Error(
        "the bundle is an initialisation that has no classes yet; adapt it to at least two");
  }
  (void)start();
  auto all = bundle_.examples;
  all.insert(all.end(), std::move_iterator(examples.begin()), std::move_iterator(examples.end()));
  const auto options = bundle_.adapted_by;
  adapt(std::move(all), options);
}

void Adapter::remove(const std::string& label) {
  (void)start();
  auto rest = bundle_.examples;
  if (std::erase_if(rest, [&](const LabelledRow& row) { return row.label == label; }) == 0) {
    const std::vector<std::string_view> names(bundle_.labels.begin(), bundle_.labels.end());
    throw Error("there is no class '{}'{}", label, known_names(label, names));
  }
  const auto options = bundle_.adapted_by;
  adapt(std::move(rest), options);
}

void Adapter::forget_examples() {
  bundle_.examples.clear();
  bundle_.start.clear();
  if (is_adapted(bundle_)) start_ = {};  // or a change would begin with new examples alone
}

void Adapter::adapt(const Examples& support, std::vector<std::string> labels,
                    const AdaptOptions& options) {
  if (support.count < 1) throw Error("adapting needs at least one support row, got none");
  Task task;
  task.support = support;
  task.class_names = std::move(labels);
  learn(task, options);
}

void Adapter::learn(const Task& task, const AdaptOptions& options) {
  const auto& support = task.support;
  auto adapted = start_with(task.class_names, options, support.count);
  std::unique_ptr<Learner> fresh;  // for another number of classes
  if (adapted.spec != bundle_.spec) fresh = make_(adapted.spec);
  auto& learner = fresh == nullptr ? *learner_ : *fresh;

  const WeightedSteps steps{.inner = adapted.inner, .shift = adapted.shift};
  const auto index = static_cast<std::uint32_t>(options.task);
  const auto batches = schedule(Rng(options.seed, Stream::kEvalBatches, 0, index),
                                static_cast<std::int32_t>(support.count), adapted.schedule);
  const auto path = make_weighted_path(
      steps, {.meta = adapted.meta, .moves = Rng(options.seed, Stream::kEvalShifts, 0, index)});
  take_steps(learner, task, batches, *path);
  require_finite(path->state(), task, adapted.inner, "adaptation");

  adapted.meta = {.params = std::move(std::move(*path).result().params)};
  adapted.statistics = learner.statistics(adapted.meta.params, support);
  std::vector<float> rows(support.rows.begin(), support.rows.end());
  bundle_ = std::move(adapted);  // from here nothing throws
  if (fresh != nullptr) learner_ = std::move(fresh);
  support_rows_ = std::move(rows);
  support_count_ = support.count;
}

// A path composes: where it is cut does not change a bit.
void Adapter::take_steps(Learner& learner, const Task& task, const Batches& batches,
                         TaskPath& path) {
  for (int taken = 0; check_ && taken + kStepsBetweenChecks < batches.steps();) {
    taken += kStepsBetweenChecks;
    path.take(learner, task, batches, taken);
    check_();
  }
  path.take(learner, task, batches, batches.steps());
}

// The initialisation with a head for `labels`, and what `options` ask for.
Bundle Adapter::start_with(const std::vector<std::string>& labels, const AdaptOptions& options,
                           std::int64_t rows) {
  auto bundle = labels.empty() ? start() : with_ways(start(), static_cast<int>(labels.size()));
  bundle.schedule = adaptation_schedule(bundle.schedule, bundle.rows, rows);
  if (options.batch > 0) bundle.schedule.batch = options.batch;
  if (options.steps > 0) bundle.schedule.steps = options.steps;
  if (options.lr > 0) bundle.inner.lr = options.lr;
  if (options.shift >= 0) bundle.shift = options.shift;
  check_shift("shift", bundle.shift, bundle.spec.input);
  bundle.preprocessing.invert = bundle.preprocessing.invert != options.inverted;
  const auto ways = signature_of(bundle.spec).outputs;
  const auto* point =
      nearest_point(bundle.calibration, ways, std::max(1.0, static_cast<double>(rows) / ways));
  if (point != nullptr) bundle.calibration = {CalibrationPoint(*point)};
  bundle.labels = labels;
  bundle.adapted_by = options;
  return bundle;
}

NormRows Adapter::norm_rows() const {
  return {.mode = bundle_.norm,
          .support = {.rows = support_rows_, .count = support_count_},
          .statistics = bundle_.statistics};
}

std::vector<float> Adapter::outputs(std::span<const float> rows, std::int64_t count) {
  if (bundle_.statistics.empty() && support_count_ == 0 &&
      !learner_->signature().statistics.empty() && bundle_.norm != NormMode::kTransductive) {
    throw Error(
        "model '{}' normalises by its support rows, and the bundle is an initialisation that has "
        "seen none; adapt it first",
        bundle_.spec.name);
  }
  return learner_->predict(bundle_.meta.params, {.rows = rows, .count = count}, norm_rows());
}

std::vector<Prediction> Adapter::predict(std::span<const float> rows, std::int64_t count) {
  const auto all = outputs(rows, count);
  const auto& network = learner_->signature();
  const auto width = static_cast<std::size_t>(network.outputs);
  const auto point = calibration_of(bundle_);
  std::vector<Prediction> answers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto row = std::span(all).subspan(i * width, width);
    auto& answer = answers[i];
    answer.outputs.assign(row.begin(), row.end());
    if (network.loss != Loss::kCrossEntropy) continue;
    answer.label = static_cast<int>(std::ranges::max_element(row) - row.begin());
    answer.probabilities = softmax(row, point.temperature);
    answer.known = std::ranges::max(answer.probabilities) >= point.threshold;
    if (!bundle_.labels.empty())
      answer.name = bundle_.labels[static_cast<std::size_t>(answer.label)];
  }
  return answers;
}

}  // namespace anole
