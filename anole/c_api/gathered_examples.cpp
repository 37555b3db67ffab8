#include "anole/c_api/gathered_examples.h"

#include <cmath>
#include <iterator>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/row.h"
#include "anole/support/files.h"

namespace anole {
namespace {

// What must agree between examples and a bundle: whether pictures are inverted is seen later.
Preprocessing form_of(const Bundle& bundle) {
  auto how = rows_taken(bundle);
  how.invert = false;
  how.ground = Ground::kUnknown;
  return how;
}

int values_of(const Bundle& bundle) {
  const auto network = signature_of(bundle.spec);
  return network.loss == Loss::kCrossEntropy ? 0 : network.outputs;
}

}  // namespace

std::vector<float> network_row(std::span<const float> rows, std::size_t numbers, std::size_t index,
                               const Preprocessing& how) {
  try {
    return row_of({.numbers = rows.subspan(index * numbers, numbers)}, how);
  } catch (const Error& error) {
    throw Error("row {}: {}", index, error.what());
  }
}

GatheredExamples::GatheredExamples(const Bundle& bundle)
    : how_(form_of(bundle)), outputs_(values_of(bundle)), pictures_(how_) {}

void GatheredExamples::require_classifier(bool wanted) const {
  if (wanted == (outputs_ == 0)) return;
  throw UsageError(wanted ? "the network gives values, not classes; expected targets, by "
                            "anole_examples_add_targets"
                          : "the network gives classes, not values; expected labels, by "
                            "anole_examples_add_rows");
}

void GatheredExamples::add_rows(const std::vector<std::string>& labels, std::span<const float> rows,
                                std::size_t numbers) {
  require_classifier(true);
  std::vector<LabelledRow> added;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    added.push_back({.label = labels[i], .row = network_row(rows, numbers, i, how_)});
  }
  labelled_.insert(labelled_.end(), std::make_move_iterator(added.begin()),
                   std::make_move_iterator(added.end()));
}

void GatheredExamples::add_targets(std::span<const float> targets, std::size_t outputs,
                                   std::span<const float> rows, std::size_t numbers) {
  require_classifier(false);
  if (outputs != static_cast<std::size_t>(outputs_)) {
    throw Error("a target has {} numbers, expected {}", outputs, outputs_);
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (std::isfinite(targets[i])) continue;
    throw Error("target {}: holds {} at place {}, expected finite numbers", i / outputs, targets[i],
                i % outputs);
  }
  const auto count = targets.size() / outputs;
  auto all_rows = rows_, all_targets = targets_;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = network_row(rows, numbers, i, how_);
    all_rows.insert(all_rows.end(), row.begin(), row.end());
  }
  all_targets.insert(all_targets.end(), targets.begin(), targets.end());
  rows_ = std::move(all_rows);
  targets_ = std::move(all_targets);
  count_ += static_cast<std::int64_t>(count);
}

void GatheredExamples::add_picture(std::string label, std::string name, Image image) {
  require_classifier(true);
  require_picture(how_);
  pictures_.add(std::move(label), std::move(name), std::move(image));
}

void GatheredExamples::require_for(const Bundle& bundle) const {
  if (form_of(bundle) == how_ && values_of(bundle) == outputs_) return;
  throw UsageError(
      "the examples were gathered for rows of {}, and the bundle takes rows of {}, or makes them "
      "otherwise; gather them by anole_examples_new with this adapter",
      describe(how_.shape), describe(rows_taken(bundle).shape));
}

SupportSet GatheredExamples::support(const Preprocessing& network, Invert invert) const {
  SupportSet set;
  if (has_pictures()) set = pictures_.finished(network, invert);
  set.examples.insert(set.examples.end(), labelled_.begin(), labelled_.end());
  return set;
}

anole::Examples GatheredExamples::values() const {
  return {.rows = rows_, .targets = targets_, .count = count_};
}

}  // namespace anole
