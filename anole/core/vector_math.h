#pragma once

#include <span>

namespace anole {

// |vector|, in double, by a fixed order of summation.
double euclidean_norm(std::span<const float> vector);

}  // namespace anole
