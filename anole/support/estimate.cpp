#include "anole/support/estimate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "anole/core/error.h"

namespace anole {
namespace {

// Of `right` in `all` trials: Wilson's interval at 95 %.
OwnEstimate share_of(std::int64_t right, std::int64_t all, int folds) {
  constexpr double kZ = 1.959963984540054;
  const auto n = static_cast<double>(all), p = static_cast<double>(right) / n;
  const double scale = 1 + kZ * kZ / n, middle = (p + kZ * kZ / (2 * n)) / scale;
  const double half = kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {.accuracy = p,
          .low = std::max(0.0, middle - half),
          .high = std::min(1.0, middle + half),
          .examples = all,
          .folds = folds};
}

// The place of each example among those of its class; they are in canonical order.
std::vector<int> places_of(const std::vector<LabelledRow>& examples) {
  std::map<std::string_view, int> next;
  std::vector<int> places;
  for (const auto& example : examples) places.push_back(next[example.label]++);
  return places;
}

int folds_of(const Bundle& adapted) {
  std::map<std::string_view, int> counts;
  for (const auto& example : adapted.examples) ++counts[example.label];
  const auto fewest =
      std::ranges::min_element(counts, {}, [](const auto& entry) { return entry.second; });
  if (fewest->second > 1) return std::min(kMostFolds, fewest->second);
  throw Error(
      "class '{}' has one example: nothing is left to ask about when it is learned; an estimate "
      "needs at least 2 a class",
      fewest->first);
}

}  // namespace

OwnEstimate estimate_by_folds(const Bundle& adapted, const MakeLearner& make) {
  const auto start = start_of(adapted, "estimate");
  const auto& examples = adapted.examples;
  const auto places = places_of(examples);
  const int folds = folds_of(adapted);
  std::int64_t right = 0;
  Adapter adapter(start, make);
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<LabelledRow> known;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (places[i] % folds != fold) known.push_back(examples[i]);
    }
    adapter.adapt(std::move(known), adapted.adapted_by);
    for (std::size_t i = 0; i < examples.size(); ++i) {
      if (places[i] % folds != fold) continue;
      right += adapter.predict(examples[i].row, 1)[0].name == examples[i].label;
    }
  }
  return share_of(right, std::ssize(examples), folds);
}

}  // namespace anole
