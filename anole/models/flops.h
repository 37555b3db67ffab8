#pragma once

// Floating-point operations of a network, nominal, so that rates of different engines and machines
// compare: 2 per multiply-add of a convolution (padded taps counted) or linear layer, 0 for all
// else. Padding is work that an engine may leave out, so one layer can pass 100 % of a peak.

#include <cstdint>
#include <vector>

#include "anole/models/model_spec.h"

namespace anole {

// Of one row.
struct LayerFlops {
  std::int64_t forward = 0;           // 2 out k^2 C_in C_out for a convolution, 2 in out for linear
  std::int64_t backward_data = 0;     // as forward; 0 for the first layer with weights, whose
                                      // input gradient nobody reads
  std::int64_t backward_weights = 0;  // as forward

  std::int64_t all() const { return forward + backward_data + backward_weights; }
};

// Parallel to spec.layers. Throws Error as layout() does.
std::vector<LayerFlops> layer_flops(const ModelSpec& spec);

// Of one inner step on `batch` rows: forward and backward. omniglot_conv4 at batch 10: 157 MFLOP.
std::int64_t inner_step_flops(const ModelSpec& spec, int batch);

}  // namespace anole
