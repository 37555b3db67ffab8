#pragma once

// How well an adapted network can be expected to answer, by its own examples: each is asked about
// once, by a network that was adapted to the others.

#include <cstdint>
#include <functional>

#include "anole/bundle/adapter.h"

namespace anole {

inline constexpr int kMostFolds = 5;

struct OwnEstimate {
  double accuracy = 0;        // share of examples that were named rightly, in [0, 1]
  double low = 0, high = 0;   // its 95 % interval (Wilson 1927)
  std::int64_t examples = 0;  // that were asked about
  int folds = 0;
};

// Splits the examples of `adapted` into at most kMostFolds folds, as many as its smallest class has
// examples: example i of a class, in canonical order, is asked about in fold i mod folds. Throws
// Error if a class has one example only, or the examples were left out.
OwnEstimate estimate_by_folds(const Bundle& adapted, const MakeLearner& make);

}  // namespace anole
