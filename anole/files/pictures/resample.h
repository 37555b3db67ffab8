#pragma once

// A picture at another size.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/files/image.h"

namespace anole {

// Nearest neighbour: the source of index i of `out` is floor((i + 0.5) * in / out), exactly.
// Written to `out` [shape.size()]; channels must agree.
void resize_nearest(const Image& image, const Shape& shape, std::span<std::uint8_t> out);
Image resize_nearest(const Image& image, int height, int width);
int nearest_source(int index, int in, int out);

// Each axis on its own: where it shrinks, a new pixel is the mean of those under it, in part as
// they lie under it; where it grows, it is the nearest neighbour. In whole numbers, rounded once,
// half up: the same bytes on every machine, and shrinking keeps the mean within that rounding.
// Written to `out` [shape.size()]; channels must agree.
void resize_area(const Image& image, const Shape& shape, std::span<std::uint8_t> out);

// The middle of the picture in the proportion of `shape`: all of it along one axis.
Image cropped(const Image& image, const Shape& shape);

// The largest height and width within those of `shape` that keep the picture's proportion.
Shape fitted(const Image& image, const Shape& shape);

// The picture in the middle of one of `shape`, which it fits into, on `ground`, a value for each
// channel.
void lay_on(std::span<const std::uint8_t> ground, const Image& image, const Shape& shape,
            std::span<std::uint8_t> out);

// The median of the picture's border, channel by channel: the paper under a drawing.
std::vector<std::uint8_t> border_color(const Image& image);

}  // namespace anole
