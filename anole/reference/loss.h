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

// Mean over the n rows of -log softmax(outputs)[label]. outputs [n, N], labels [n] in [0, N).
//   d_outputs = (softmax(outputs) - one_hot(label)) / n
template <typename T>
LossValue<T> cross_entropy(std::span<const T> outputs, std::span<const std::int32_t> labels);

// Mean over rows and outputs of (output - target)^2.   d_outputs = 2 (output - target) / (n D)
template <typename T>
LossValue<T> mean_squared_error(std::span<const T> outputs, std::span<const T> targets);

}  // namespace anole::reference
