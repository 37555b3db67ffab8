#pragma once

// Batch-norm (Ioffe & Szegedy 2015) and group-norm (Wu & He 2018) as one rule: the numbers of a
// batch are split into sets, each set is brought to mean 0 and variance 1, then every channel has
// its scale and shift. A set of batch-norm is a channel over all rows; a set of group-norm is a
// row's group of channels. The variance is biased: divided by the set's size.
//   x^ = (x - mean) / sqrt(variance + eps),  y = scale x^ + shift

#include <span>
#include <vector>

#include "anole/core/shape.h"

namespace anole::reference {

// How a layer splits a batch [n, C, H, W] into sets.
struct NormSets {
  Shape shape;
  int groups = 0;  // of group-norm; 0 for batch-norm
  double eps = 0;

  std::ptrdiff_t of(std::ptrdiff_t row, std::ptrdiff_t channel) const {
    return groups == 0 ? channel : row * groups + channel * groups / shape.channels;
  }
  std::ptrdiff_t count(std::ptrdiff_t rows) const {
    return groups == 0 ? shape.channels : rows * groups;
  }
};

template <typename T>
struct Statistics {
  std::vector<T> mean, variance, inverse_deviation;  // [sets]; last 1 / sqrt(variance + eps)
};

// The same with the last member computed anew.
template <typename T>
Statistics<T> completed(const NormSets& sets, Statistics<T> statistics);

template <typename T>
Statistics<T> statistics_of(const NormSets& sets, std::span<const T> input);

template <typename T>
struct NormForward {
  std::span<const T> input, scale, shift;  // [n, C, H, W], [C], [C]
  std::span<T> output;
};
template <typename T>
void normalize(const NormSets& sets, const Statistics<T>& statistics, const NormForward<T>& arrays);

// Gradients where `statistics` are those of `input` itself. d_scale and d_shift must come as zeros.
template <typename T>
struct NormBackward {
  std::span<const T> input, scale, d_output;
  std::span<T> d_scale, d_shift, d_input;
};
template <typename T>
void normalize_backward(const NormSets& sets, const Statistics<T>& statistics,
                        const NormBackward<T>& arrays);

}  // namespace anole::reference
