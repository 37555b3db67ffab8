#pragma once

#include <string>

#include "anole/files/pictures/samples.h"

namespace anole {

bool is_png(Bytes bytes);

// PNG of any depth and colour type; of an animated one the picture that other readers show. A file
// that is cut short is an error, even behind the pixels.
Image decode_png(Bytes bytes, const std::string& name);

}  // namespace anole
