#pragma once

// Means over many long vectors, each summed in double and in the order given, so the bits depend
// neither on the instruction set nor on who computed the vectors. Every vector is read once.

#include <span>

namespace anole {

// out_j = mean_i vectors[i][j].  vectors: at least one, each [out.size()]
void mean_of(std::span<const float* const> vectors, std::span<float> out);

// out_j = mean_i vectors[i][j] - minus_j.
void mean_minus(std::span<const float* const> vectors, std::span<const float> minus,
                std::span<float> out);

}  // namespace anole
