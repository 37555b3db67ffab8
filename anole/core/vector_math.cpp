// Compiled without contraction to fused multiply-adds: the same bits on all instruction sets.
#include "anole/core/vector_math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "anole/core/isa.h"

namespace anole {

double euclidean_norm(std::span<const float> vector) {
  constexpr std::size_t kSums = 8;  // one sum would wait for itself at every addition
  double sums[kSums] = {};
  const std::size_t whole = vector.size() / kSums * kSums;
  run_for_isa([&]() ANOLE_INLINE {
    for (std::size_t j = 0; j < whole; j += kSums) {
      for (std::size_t i = 0; i < kSums; ++i) {
        sums[i] += double{vector[j + i]} * double{vector[j + i]};
      }
    }
  });
  for (std::size_t j = whole; j < vector.size(); ++j) {
    sums[j % kSums] += double{vector[j]} * double{vector[j]};
  }
  double all = 0;
  for (const double sum : sums) all += sum;
  return std::sqrt(all);
}

// No value has all exponent bits set; integers, so that the loop becomes vector code.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  std::uint32_t bad = 0;
  run_for_isa([&]() ANOLE_INLINE {
    for (const float value : values) {
      bad |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(value) & kExponent) ==
                                        kExponent);
    }
  });
  return bad == 0;
}

std::vector<double> softmax(std::span<const float> values, double temperature) {
  std::vector<double> shares(values.begin(), values.end());
  const double largest = *std::ranges::max_element(shares);
  double sum = 0;
  for (double& share : shares) sum += share = std::exp((share - largest) / temperature);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace anole
