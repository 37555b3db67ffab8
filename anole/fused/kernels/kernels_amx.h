#pragma once

// The products over bfloat16 in AMX's tile registers: eight of 16 rows of 64 bytes. The process
// must have been given the state (core/isa.h); a call configures the tiles of its thread.

#include "anole/fused/kernels/kernels.h"

namespace anole::fused::amx {

void product(const Product& product);
// The source is in columns.
void weight_gradient(const WeightGradient& gradient);

}  // namespace anole::fused::amx
