#pragma once

// Words as people like to read them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/text.h"

namespace anole::cli {

// Breaks `text` into lines of at most `width` columns, at spaces.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

// "label     text", wrapped to `width` columns with the text aligned. Ends in '\n'.
std::string labelled(std::string_view label, std::string_view text, std::size_t width);

}  // namespace anole::cli
