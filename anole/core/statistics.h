#pragma once

// A mean of independent values, or a share of trials, and how far to trust it.

#include <cstdint>
#include <span>

namespace anole {

// Mean and half the width of its 95 % confidence interval, 1.96 s / sqrt(n), with s the sample
// standard deviation; 0 for one value.
struct Estimate {
  double mean = 0, ci95 = 0;
  bool operator==(const Estimate&) const = default;
};

Estimate estimate_of(std::span<const double> values);  // at least one

// `right` of `all` independent trials, all >= 1, with the 95 % interval of Wilson 1927: inside
// [0, 1] and of some width for a few trials, and for none or all of them right too.
struct Share {
  double share = 0, low = 0, high = 0;
  bool operator==(const Share&) const = default;
};
Share share_of(std::int64_t right, std::int64_t all);

}  // namespace anole
