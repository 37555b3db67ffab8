#pragma once

// What only a bundle of an adapted network holds, and the calibration, as parts of its file:
// docs/formats.md.

#include <string_view>

#include "anole/bundle/bundle.h"
#include "anole/io/safetensors.h"

namespace anole {

// Adds `calibration`, `start`, `examples` and `adapted_by`, those that are there.
void put_adapted_parts(const Bundle& bundle, TensorFile& file);

// Reads them; `bundle.spec`, `labels` and `preprocessing` are read already. Throws Error that
// begins with `where` for parts that do not fit each other.
void get_adapted_parts(const TensorFile& file, Bundle& bundle, std::string_view where);

}  // namespace anole
