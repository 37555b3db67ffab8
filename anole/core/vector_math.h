#pragma once

#include <span>

namespace anole {

// |vector|, in double, by a fixed order of summation.
double euclidean_norm(std::span<const float> vector);

// Whether there is neither an infinity nor a NaN.
bool all_finite(std::span<const float> values);

}  // namespace anole
