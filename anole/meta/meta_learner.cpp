#include "anole/meta/meta_learner.h"

#include <algorithm>

#include "anole/core/error.h"

namespace anole {
namespace {

void check(MetaLearner learner, std::span<const int> chosen, int steps) {
  if (learner != MetaLearner::kReptile) {
    throw UsageError(
        "step_weights are given, and meta_learner is fomaml, whose weights are 0, …, 0, 1; leave "
        "one of the two out");
  }
  if (chosen.size() != static_cast<std::size_t>(steps)) {
    throw UsageError("step_weights has {} weights, but there are {} inner steps; give one a step",
                     chosen.size(), steps);
  }
  if (std::ranges::count(chosen, 0) == steps) {
    throw UsageError("step_weights are all 0, so nothing would be learned; give a weight not 0");
  }
}

}  // namespace

std::vector<double> step_weights(MetaLearner learner, std::span<const int> chosen, int steps) {
  if (!chosen.empty()) {
    check(learner, chosen, steps);
    return {chosen.begin(), chosen.end()};
  }
  if (learner == MetaLearner::kReptile) return {};
  std::vector<double> weights(static_cast<std::size_t>(steps));
  weights.back() = 1;
  return weights;
}

}  // namespace anole
