#include "bench/summary.h"

#include <algorithm>
#include <cmath>

#include "anole/core/error.h"

namespace anole::bench {

Spread spread_of(std::vector<double> values) {
  ANOLE_CHECK(!values.empty());
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {.median = median, .min = values.front(), .max = values.back()};
}

double percentile(std::vector<double> values, double percent) {
  ANOLE_CHECK(!values.empty() && percent > 0 && percent <= 100);
  std::ranges::sort(values);
  const auto rank = std::ceil(percent / 100 * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(rank) - 1];
}

}  // namespace anole::bench
