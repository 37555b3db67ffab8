#pragma once

#include <string>

#include "anole/files/pictures/samples.h"

namespace anole {

bool is_webp(Bytes bytes);

// WebP, lossy or lossless, with opacity or without; of an animated one the first frame.
Image decode_webp(Bytes bytes, const std::string& name);

}  // namespace anole
