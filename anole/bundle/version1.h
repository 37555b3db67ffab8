#pragma once

// What files of format version 1 did not say in words of their own, but by the options of their
// training.

#include <cstdint>
#include <string_view>

#include "anole/bundle/bundle.h"

namespace anole {

// Rows of meta-training's batches, which the second moment is of; `options` is the JSON object of a
// run's options. 0 where it says nothing, or nothing that can be read.
std::int32_t moment_rows_of_version_1(std::string_view options, Loss loss);

// Fills inner, schedule, shift and meta.moment_rows from bundle.training. Throws Error that begins
// with `where` for options that are none.
void complete_version_1(Bundle& bundle, std::string_view where);

}  // namespace anole
