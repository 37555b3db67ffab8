#include "anole/bundle/adapter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/adapt/adapt_all.h"
#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole {
namespace {

std::vector<double> softmax(std::span<const float> logits) {
  std::vector<double> shares(logits.begin(), logits.end());
  const double largest = std::ranges::max(shares);
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - largest);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

Adapter::Adapter(Bundle bundle, std::unique_ptr<Learner> learner)
    : start_(std::move(bundle)), bundle_(start_), learner_(std::move(learner)) {
  ANOLE_CHECK(learner_ != nullptr);
  const auto &has = learner_->signature(), needs = signature_of(start_.spec);
  if (has == needs) return;
  throw Error(
      "the learner is of model '{}' with rows of {} and {} outputs, the bundle of '{}' with {} and "
      "{}; make it from the bundle's spec",
      has.name, describe(has.input), has.outputs, needs.name, describe(needs.input), needs.outputs);
}

std::vector<float> Adapter::row(const Input& input) const {
  auto preprocessing = bundle_.preprocessing;
  if (preprocessing.shape.channels == 0) {
    preprocessing = {.shape = bundle_.spec.input, .resize = Resize::kNone};
  }
  return row_of(input, preprocessing);
}

void Adapter::adapt(const Examples& support, std::vector<std::string> labels, Draw draw) {
  const auto& network = learner_->signature();
  if (support.count < 1) throw Error("adapting needs at least one support row, got none");
  if (!labels.empty() && labels.size() != static_cast<std::size_t>(network.outputs)) {
    throw Error("{} class names for the {} outputs of model '{}'; name every class, or none",
                labels.size(), network.outputs, network.name);
  }
  Task task;
  task.support = support;
  task.class_names = labels;  // for messages
  const WeightedSteps steps{.inner = start_.inner, .shift = start_.shift};
  const auto batches = schedule(Rng(draw.seed, Stream::kEvalBatches, 0, draw.task),
                                static_cast<std::int32_t>(support.count), start_.schedule);
  const auto path = make_weighted_path(
      steps, {.meta = start_.meta, .moves = Rng(draw.seed, Stream::kEvalShifts, 0, draw.task)});
  path->take(*learner_, task, batches, batches.steps());
  require_finite(path->state(), task, start_.inner, "adaptation");
  auto adapted = start_;
  adapted.meta = std::move(*path).result();
  adapted.labels = std::move(labels);
  adapted.statistics = learner_->statistics(adapted.meta.params, support);
  bundle_ = std::move(adapted);
  support_rows_.assign(support.rows.begin(), support.rows.end());
  support_count_ = support.count;
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
  std::vector<Prediction> answers(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto row = std::span(all).subspan(i * width, width);
    auto& answer = answers[i];
    answer.outputs.assign(row.begin(), row.end());
    if (network.loss != Loss::kCrossEntropy) continue;
    answer.label = static_cast<int>(std::ranges::max_element(row) - row.begin());
    answer.probabilities = softmax(row);
    if (!bundle_.labels.empty())
      answer.name = bundle_.labels[static_cast<std::size_t>(answer.label)];
  }
  return answers;
}

}  // namespace anole
