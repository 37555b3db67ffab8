#pragma once

// Group normalisation (Wu & He 2018, arXiv:1803.08494) in the blocked layout of kernels.h. Each
// row's channels are cut into groups; a group is brought to mean 0 and variance 1 over its channels
// and pixels, then scaled and shifted per channel. Rows do not see each other.

namespace anole::fused {

struct GroupNormShape {
  int batch = 0, channels = 0, pixels = 0;
  int groups = 1;     // divides channels
  float eps = 1e-5f;  // added to the biased variance
};

struct GroupNormInputs {
  const float* x;      // in blocks
  const float* scale;  // [channels]
  const float* shift;  // [channels]
  float* moments;      // [2, batch, groups]: means, then 1 / sqrt(variance + eps); forward writes
};

struct GroupNormGradients {
  float* data;   // in blocks: of the result on entry, of the input on return
  float* scale;  // [channels], written
  float* shift;  // [channels], written
};

// Padding of the last block is neither read nor written.
void group_norm_forward(const GroupNormShape& shape, const GroupNormInputs& in, float* y);
void group_norm_backward(const GroupNormShape& shape, const GroupNormInputs& in,
                         const GroupNormGradients& gradients);

}  // namespace anole::fused
