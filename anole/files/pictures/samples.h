#pragma once

// From what decoders give, the samples of one pixel side by side, to planes.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "anole/files/image.h"

namespace anole {

using Bytes = std::span<const std::uint8_t>;

// Before memory is taken, as a megabyte can unpack to gigabytes: throws Error, naming the picture,
// for more than kMostPixels.
void require_readable_size(std::uint64_t width, std::uint64_t height, const std::string& name);

// Of RGB pixels, `samples` [height, width, 3]. Grey if every pixel is.
Image from_rgb(Bytes samples, int height, int width);

// Of RGB pixels with opacity, `samples` [height, width, 4], which are laid on a ground in place.
// The ground is the one that what is to be seen stands out from: white, or black where its mean,
// weighed by opacity, is nearer to white. White strokes on nothing would else be a blank page.
Image from_rgba(std::vector<std::uint8_t> samples, int height, int width);

// 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded.
std::uint8_t grey_of(unsigned red, unsigned green, unsigned blue);

}  // namespace anole
