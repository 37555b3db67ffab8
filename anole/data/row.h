#pragma once

// One input becomes one row. The loaders of data sets and an Adapter call the same functions, so
// that a new picture is treated as those of training were.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/files/image.h"

namespace anole {

// Whether a picture of these sides is resized by the nearest neighbour, as docs/formats.md says.
bool takes_nearest(const Preprocessing& how, const Shape& picture);

// The pixels of a picture in the shape that a network takes: to grey or RGB, then to height and
// width as `how` says, not yet inverted. `out` is [how.shape.size()].
void picture_pixels(Image image, const Preprocessing& how, std::span<std::uint8_t> out);

// An input as a program has it: one of these.
struct Input {
  std::filesystem::path file = {};             // of a picture: PNG, JPEG or WebP
  std::span<const std::uint8_t> picture = {};  // the bytes of such a file
  std::span<const float> numbers = {};         // a row as its table has it, [shape.size()]
  std::string name = "picture";                // of `picture`, for messages
};

// Its row, [preprocessing.shape.size()]. Throws Error for a picture that cannot be decoded or that
// the network does not take, for numbers of another count, and for one that is not finite.
std::vector<float> row_of(const Input& input, const Preprocessing& preprocessing);

// Throws Error if `preprocessing` is of rows that are no pictures.
void require_picture(const Preprocessing& preprocessing);

// The row of a picture that is decoded already.
std::vector<float> row_of_image(Image image, const Preprocessing& preprocessing);

}  // namespace anole
