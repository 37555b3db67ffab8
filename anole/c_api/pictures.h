#pragma once

// Texts and pictures as C hands them over.

#include <string>
#include <string_view>

#include "anole/c_api/anole.h"
#include "anole/files/image.h"

namespace anole {

// A label or name: UTF-8, its letters composed. Throws UsageError if it is null, Error, which calls
// it `what`, if it is not UTF-8.
std::string text_of(const char* text, std::string_view what);
// A label: not empty either.
std::string label_of(const char* text);

// What it is called among examples; may be empty.
std::string name_of(const anole_picture& picture);

// Decoded. Throws UsageError if it is not one of path, bytes and pixels, Error if it cannot be
// read.
Image image_of(const anole_picture& picture);

}  // namespace anole
