#include "anole/support/estimate.h"

#include <algorithm>
#include <map>

#include "anole/core/error.h"
#include "anole/core/statistics.h"

namespace anole {
namespace {

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
  const auto share = share_of(right, std::ssize(examples));
  return {.accuracy = share.share,
          .low = share.low,
          .high = share.high,
          .examples = std::ssize(examples),
          .folds = folds};
}

}  // namespace anole
