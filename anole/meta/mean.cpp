#include "anole/meta/mean.h"

#include <cstddef>

#include "anole/core/error.h"

namespace anole {
namespace {

// Eight double sums stay in four of SSE2's sixteen registers while all vectors pass once.
constexpr std::size_t kTile = 8;

// sums[0, width) <- sum_i vectors[i][begin, begin + width).
template <std::size_t kWidth>
void sum_tile(std::span<const float* const> vectors, std::size_t begin, double (&sums)[kWidth]) {
  for (auto& sum : sums) sum = 0;
  for (const float* values : vectors) {
    for (std::size_t j = 0; j < kWidth; ++j) sums[j] += double{values[begin + j]};
  }
}

// out_j = mean_i vectors[i][j] - minus(j).
template <class Minus>
void mean(std::span<const float* const> vectors, Minus minus, std::span<float> out) {
  ANOLE_CHECK(!vectors.empty());
  const double share = 1 / static_cast<double>(vectors.size());
  const auto add = [&]<std::size_t kWidth>(double(&sums)[kWidth], std::size_t begin) {
    float means[kWidth];
    sum_tile(vectors, begin, sums);
    for (std::size_t j = 0; j < kWidth; ++j) {
      means[j] = static_cast<float>(sums[j] * share - minus(begin + j));
    }
    for (std::size_t j = 0; j < kWidth; ++j) out[begin + j] = means[j];
  };
  double tile[kTile], one[1];
  std::size_t begin = 0;
  for (; begin + kTile <= out.size(); begin += kTile) add(tile, begin);
  for (; begin < out.size(); ++begin) add(one, begin);
}

}  // namespace

void mean_of(std::span<const float* const> vectors, std::span<float> out) {
  mean(
      vectors, [](std::size_t) { return 0.0; }, out);
}

void mean_minus(std::span<const float* const> vectors, std::span<const float> minus,
                std::span<float> out) {
  ANOLE_CHECK(minus.size() == out.size());
  mean(
      vectors, [=](std::size_t j) { return double{minus[j]}; }, out);
}

}  // namespace anole
