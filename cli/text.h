#pragma once

// Words and numbers as people like to read them.

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

// Columns that `text` takes on a terminal: its UTF-8 characters.
std::size_t columns(std::string_view text);

// Rows of cells in aligned columns, two spaces apart. `align` has an 'l' (left) or 'r' (right) per
// column; its last letter serves all further ones. Every line ends in '\n'.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                  std::string_view indent = "  ");

}  // namespace anole::cli
