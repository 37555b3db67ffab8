#pragma once

// Pictures from PNG, JPEG and WebP bytes, as they are to be seen, and to grey or colour. Resizing
// is in pictures/resample.h.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "anole/core/shape.h"
#include "anole/files/pictures/kinds.h"

namespace anole {

// More is refused before memory for it is taken. A picture at this limit takes 10 bytes a pixel
// at most while it is decoded, 670 MB, on each thread that decodes one; of a progressive JPEG 18.
inline constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 26;

// 8 bits a sample, 0 black to 255 white, plane after plane.
struct Image {
  Shape shape;                       // channels 1 (grey) or 3 (red, green, blue)
  std::vector<std::uint8_t> pixels;  // [C, H, W]
};

// PNG (any depth and colour type), JPEG (grey, colour or inks) or WebP (the first frame), told
// apart by content. Grey if every pixel is, else RGB, however the file stores it; turned as its
// EXIF orientation says. Transparent pixels lie on white, or on black where the rest is light.
// `name` is for messages. Throws Error naming it and why it cannot be decoded; a file that lacks
// pixels is an error, and so is a picture of more than kMostPixels.
Image decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

// Reads and decodes one file.
Image read_image(const std::filesystem::path& path);

// The image as an 8-bit PNG, grey or RGB; equal images give equal bytes on one version of libspng.
std::vector<std::uint8_t> encode_png(const Image& image);

// To 1 or 3 channels. Grey = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded; grey stays as it
// is.
Image to_channels(Image image, int channels);

}  // namespace anole
