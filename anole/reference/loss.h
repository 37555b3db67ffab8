#pragma once

// The two losses and their gradients.

#include <cstdint>
#include <span>
#include <vector>

namespace anole::reference {

template <typename T>
struct LossValue {
  double loss = 0;
  std::vector<T> d_outputs;  // like the outputs
};

// Mean over the n rows of -sum_i target_i log softmax(outputs)_i, with the label's one-hot vector
// as target, smoothed: target = (1 - smoothing) one_hot(label) + smoothing / N (Szegedy et al.
// 2016, arXiv:1512.00567, section 7). outputs [n, N], labels [n] in [0, N), smoothing in [0, 1].
//   d_outputs = (softmax(outputs) - target) / n
template <typename T>
LossValue<T> cross_entropy(std::span<const T> outputs, std::span<const std::int32_t> labels,
                           double smoothing = 0);

// Mean over rows and outputs of (output - target)^2.   d_outputs = 2 (output - target) / (n D)
template <typename T>
LossValue<T> mean_squared_error(std::span<const T> outputs, std::span<const T> targets);

}  // namespace anole::reference
