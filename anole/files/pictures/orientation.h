#pragma once

// How a camera was held: the tag 0x0112 of EXIF 2.32, which JPEG, WebP and PNG files may carry.

#include <cstdint>
#include <span>

#include "anole/files/image.h"

namespace anole {

// Where row 0 and column 0 of the stored picture belong, 1 to 8; 1 is upright. `exif` is a TIFF of
// either byte order, with or without "Exif\0\0" before it. 1 too for what is damaged or has none:
// a picture is worth more than its description.
int exif_orientation(std::span<const std::uint8_t> exif);

// The stored picture as it is to be seen. Orientations 5 to 8 swap height and width.
Image turned_upright(Image image, int orientation);

}  // namespace anole
