#pragma once

// The few operations on long vectors that the analysis needs, in double, summed in order.

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace anole {

using Vector = std::vector<double>;  // [P]

inline double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

inline double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }

// 0 where one of the two is 0.
inline double cosine(std::span<const double> a, std::span<const double> b) {
  const double norms = norm(a) * norm(b);
  return norms > 0 ? dot(a, b) / norms : 0;
}

// y <- y + scale x.
inline void add(std::span<double> y, double scale, std::span<const double> x) {
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += scale * x[i];
}

}  // namespace anole
