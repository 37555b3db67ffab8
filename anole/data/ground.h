#pragma once

// Whether drawings are dark on light or light on dark. A network that learned one sees nothing
// known in the other, so pictures whose ground is the opposite of training's are inverted: all of a
// data set, or of a task's support and what is asked of it, or none.

#include <optional>
#include <span>

#include "anole/data/preprocessing.h"
#include "anole/files/image.h"

namespace anole {

// Light or dark if three quarters of the picture's border are, else unknown. `pixels` is
// [shape.size()], grey or RGB.
Ground ground_of(std::span<const std::uint8_t> pixels, const Shape& shape);
Ground ground_of(const Image& image);

// Of pictures that belong together: what nine in ten of those with a ground have, where those are
// at least half of all; else unknown, as for photographs.
Ground common_ground(std::span<const Ground> grounds);

// Whether pictures with the common ground `pictures` are to be inverted for `network`. With kAuto:
// if its ground is the opposite; where one of the two is unknown, as the network's were.
bool inverts(Invert option, Ground pictures, const std::optional<Preprocessing>& network);

}  // namespace anole
