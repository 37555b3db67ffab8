#include "anole/core/statistics.h"

#include <algorithm>
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

Share share_of(std::int64_t right, std::int64_t all) {
  ANOLE_CHECK(all >= 1);
  constexpr double kZ = 1.959963984540054;
  const auto n = static_cast<double>(all), p = static_cast<double>(right) / n;
  const double scale = 1 + kZ * kZ / n, middle = (p + kZ * kZ / (2 * n)) / scale;
  const double half = kZ / scale * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace anole
