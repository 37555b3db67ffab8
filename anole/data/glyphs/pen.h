#pragma once

// How a hand puts a character on paper. Images are [size, size] bytes: 0 ink, 255 paper.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/core/rng.h"
#include "anole/data/glyphs/program.h"

namespace anole {

// Draws `lines` (in pixels, (0, 0) the upper left corner) with a round pen; a pixel is as dark as
// the pen's edge reaches into it, so edges are one pixel soft.
void ink(const std::vector<Polyline>& lines, double pen_width, std::span<std::uint8_t> image,
         int size);

// One drawing of `program` by the hand that `rng` makes: another size, slant, turn, place, pen, and
// noise in every stroke. Sizes scale with the image; strokes stay inside it.
void draw_by_hand(const GlyphProgram& program, Rng rng, std::span<std::uint8_t> image, int size);

}  // namespace anole
