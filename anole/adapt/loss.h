#pragma once

// Losses over one batch; each writes the gradient of the mean loss with respect to the outputs.

#include <cstdint>
#include <span>

namespace anole {

// Softmax cross-entropy against (1 - smoothing) one_hot(label) + smoothing / N. outputs, gradient
// [B, N]; labels [B] in [0, N).
double cross_entropy(std::span<const float> outputs, std::span<const std::int32_t> labels,
                     std::span<float> gradient, double smoothing = 0);

// Mean over rows and outputs of (output - target)^2. All [B, D].
double mean_squared_error(std::span<const float> outputs, std::span<const float> targets,
                          std::span<float> gradient);

}  // namespace anole
