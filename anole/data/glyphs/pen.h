#pragma once

// How a hand puts a character on paper. Images are [size, size] bytes: 0 ink, 255 paper.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/core/rng.h"
#include "anole/data/glyphs/program.h"

namespace anole {

// A round pen; widths in pixels.
struct Pen {
  double width = 1;
  double soft = 1;   // how far its edge fades; 1: a pixel is as dark as the pen covers it, 0: black
                     // where the pen covers its centre, else white, as in a scan without greys
  double black = 1;  // how dark it is, 0 to 1
};

// Draws `lines` (in pixels, (0, 0) the upper left corner).
void ink(const std::vector<Polyline>& lines, const Pen& pen, std::span<std::uint8_t> image,
         int size);

// One drawing of `program` by the hand that `rng` makes: another size, slant, turn, place, pen, and
// noise in every stroke. Two hands in three have a hard pen, as Omniglot's had. Sizes scale with the
// image; strokes stay inside it.
void draw_by_hand(const GlyphProgram& program, Rng rng, std::span<std::uint8_t> image, int size);

}  // namespace anole
