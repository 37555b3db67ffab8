#pragma once

#include <string>

#include "anole/files/pictures/samples.h"

namespace anole {

bool is_jpeg(Bytes bytes);

// JPEG of 8 bits: grey, colour, CMYK or YCCK; sequential, progressive or arithmetic. Bytes that a
// decoder skips, and descriptions that it does not know, are no error; pixels that are not there,
// or that contradict the rules of their code, are one.
Image decode_jpeg(Bytes bytes, const std::string& name);

}  // namespace anole
