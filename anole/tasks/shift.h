#pragma once

// Images moved by whole pixels: the augmentation of meta-training (`shift`) and of adaptation
// (`eval_shift`).

#include <span>
#include <string_view>

#include "anole/core/rng.h"
#include "anole/core/shape.h"

namespace anole {

// Throws UsageError naming `option` if its value `shift` is above 0 and rows of `shape` are no
// images.
void check_shift(std::string_view option, int shift, const Shape& shape);

// row(y, x) <- row(y - down, x - right); pixels moved in repeat those at the edge. row: [C, H, W]
void shift_row(const Shape& shape, int down, int right, std::span<float> row);

// Each row in order by how many pixels down and then to the right, both drawn from [-most, most].
// rows: [n, C, H, W]
void shift_rows(const Shape& shape, int most, Rng& rng, std::span<float> rows);

}  // namespace anole
