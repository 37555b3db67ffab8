#pragma once

// A mean of independent values, and how far to trust it.

#include <span>

namespace anole {

// Mean and half the width of its 95 % confidence interval, 1.96 s / sqrt(n), with s the sample
// standard deviation; 0 for one value.
struct Estimate {
  double mean = 0, ci95 = 0;
  bool operator==(const Estimate&) const = default;
};

Estimate estimate_of(std::span<const double> values);  // at least one

}  // namespace anole
