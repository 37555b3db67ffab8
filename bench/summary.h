#pragma once

// Repeated measurements in few numbers.

#include <vector>

namespace anole::bench {

// How long and how often.
struct RepeatOptions {
  double seconds = 1;  // of one measurement
  int repeats = 5;
  int threads = 1;  // of the measurements on all cores
};

struct Spread {
  double median = 0, min = 0, max = 0;
};

// `values`: at least one, in any order. The median of an even number is the mean of the middle two.
Spread spread_of(std::vector<double> values);

// The smallest value that at least `percent` of them do not exceed (nearest rank), 0 < percent <=
// 100.
double percentile(std::vector<double> values, double percent);

}  // namespace anole::bench
