#include "anole/core/statistics.h"

#include <cmath>

#include "anole/core/error.h"

namespace anole {

Estimate estimate_of(std::span<const double> values) {
  ANOLE_CHECK(!values.empty());
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / n;
  for (const double value : values) squares += (value - mean) * (value - mean);
  if (values.size() < 2) return {mean, 0};
  return {mean, 1.96 * std::sqrt(squares / (n - 1)) / std::sqrt(n)};
}

}  // namespace anole
