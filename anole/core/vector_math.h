#pragma once

#include <span>
#include <vector>

namespace anole {

// |vector|, in double, by a fixed order of summation.
double euclidean_norm(std::span<const float> vector);

// Whether there is neither an infinity nor a NaN.
bool all_finite(std::span<const float> values);

// exp(v / temperature) / sum exp(v / temperature) of each v; at least one.
std::vector<double> softmax(std::span<const float> values, double temperature = 1);

}  // namespace anole
