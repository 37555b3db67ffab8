#pragma once

// The work of one operation of a fused plan (fused/plan.h), so that its time can be held against
// the FMA peak.

#include <cstdint>
#include <string_view>

#include "anole/models/model_spec.h"

namespace anole::bench {

// FLOP of the operation of that name on `batch` rows, nominal as in models/flops.h; 0 for one
// without products, such as a norm or a change of layout. Over all operations of a training plan
// they are inner_step_flops().
std::int64_t operation_flops(const ModelSpec& spec, int batch, std::string_view operation);

}  // namespace anole::bench
