#pragma once

// Text as the report writes it: HTML that cannot be broken out of, numbers as people read them, and
// pictures inside the page.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "anole/core/shape.h"

namespace anole {

// `text` with & < > " ' as entities, for content and quoted attributes alike. Control characters
// and bytes that are no UTF-8 become U+FFFD, so that the page is well formed whatever a class is
// called.
std::string escape_html(std::string_view text);

// At most `digits` digits after the point, trailing zeros left out: "0.25", "12", "1e-05". Not a
// number and infinities are "–".
std::string short_number(double value, int digits = 4);

// For axes: 1500 -> "1.5k", 100000 -> "100k", 2000000 -> "2M".
std::string tick_number(double value);

std::string base64(std::span<const std::uint8_t> bytes);  // RFC 4648, with padding

// The data URI of a PNG of one row [C, H, W] with C 1 or 3, values 0 (black) to 1 (white); larger
// images are made `largest` pixels high or wide, nearest neighbour.
std::string png_uri(std::span<const float> row, const Shape& shape, int largest = 48);

}  // namespace anole
