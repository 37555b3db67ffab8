#pragma once

// Pictures from PNG and JPEG bytes, and what is done to them before they are rows.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "anole/core/shape.h"

namespace anole {

// More is refused before memory for it is taken. A picture at this limit takes 7 bytes a pixel at
// most while it is decoded, 470 MB, on each thread that decodes one; of a progressive JPEG 12.
inline constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 26;

// 8 bits a sample, 0 black to 255 white, plane after plane.
struct Image {
  Shape shape;                       // channels 1 (grey) or 3 (red, green, blue)
  std::vector<std::uint8_t> pixels;  // [C, H, W]
};

// PNG (any depth and colour type) or JPEG (grey or colour), told apart by content. Grey if every
// pixel is, else RGB, however the file stores it. Transparent pixels lie on white paper. `name` is
// for messages. Throws Error naming it and why it cannot be decoded; a truncated file is an error,
// and so is a picture of more than kMostPixels.
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

// Reads and decodes one file.
Image read_image(const std::filesystem::path& path);

// The image as an 8-bit PNG, grey or RGB; equal images give equal bytes on one version of libspng.
std::vector<std::uint8_t> encode_png(const Image& image);

// Nearest neighbour: the source of index i of `out` is floor((i + 0.5) * in / out), exactly.
// Written to `out` [shape.size()]; channels must agree.
void resize_nearest(const Image& image, const Shape& shape, std::span<std::uint8_t> out);
Image resize_nearest(const Image& image, int height, int width);
int nearest_source(int index, int in, int out);

// To 1 or 3 channels. Grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded; grey stays as it
// is.
Image to_channels(Image image, int channels);

// Whether a file name ends like one of ours: .png, .jpg or .jpeg in any case.
bool has_image_extension(const std::string& name);

}  // namespace anole
