// Compiled without contraction to fused multiply-adds, which not every instruction set has: the
// same bits on all.
#include "anole/meta/mean.h"

#include <cstddef>

#include "anole/core/error.h"
#include "anole/core/isa.h"

namespace anole {
namespace {

// Sixty-four double sums stay in eight of AVX-512's registers while all vectors pass once.
constexpr std::size_t kTile = 64;
// The vectors are more than the second-level cache holds, and too many for its own foresight.
constexpr std::size_t kLine = 16, kAhead = 4 * kTile;

// out_j = sums of kWidth numbers from `begin` on, times share, less minus_j.
template <std::size_t kWidth>
ANOLE_INLINE inline void mean_tile(std::span<const float* const> vectors, const float* minus,
                                   std::size_t begin, float* out) {
  const double share = 1 / static_cast<double>(vectors.size());
  double sums[kWidth] = {};
  for (const float* values : vectors) {
    if constexpr (kWidth == kTile) {
      for (std::size_t j = 0; j < kWidth; j += kLine) {
        __builtin_prefetch(values + begin + kAhead + j);
      }
    }
    for (std::size_t j = 0; j < kWidth; ++j) sums[j] += double{values[begin + j]};
  }
  if (minus != nullptr) {
    for (std::size_t j = 0; j < kWidth; ++j) {
      out[begin + j] = static_cast<float>(sums[j] * share - double{minus[begin + j]});
    }
  } else {
    for (std::size_t j = 0; j < kWidth; ++j) out[begin + j] = static_cast<float>(sums[j] * share);
  }
}

void mean(std::span<const float* const> vectors, const float* minus, std::span<float> out) {
  ANOLE_CHECK(!vectors.empty());
  run_for_isa([&]() ANOLE_INLINE {
    std::size_t begin = 0;
    for (; begin + kTile <= out.size(); begin += kTile) {
      mean_tile<kTile>(vectors, minus, begin, out.data());
    }
    for (; begin < out.size(); ++begin) mean_tile<1>(vectors, minus, begin, out.data());
  });
}

}  // namespace

void mean_of(std::span<const float* const> vectors, std::span<float> out) {
  mean(vectors, nullptr, out);
}

void mean_minus(std::span<const float* const> vectors, std::span<const float> minus,
                std::span<float> out) {
  ANOLE_CHECK(minus.size() == out.size());
  mean(vectors, minus.data(), out);
}

}  // namespace anole
