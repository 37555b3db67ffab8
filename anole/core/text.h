#pragma once

// Numbers, times, shapes and tables as people read them, and the names that they may have meant.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/shape.h"

namespace anole {

std::string with_commas(std::int64_t number);  // 113221 -> "113,221"

std::string describe(const Shape& shape);  // "1x28x28"

std::string duration(double seconds);  // 75 -> "1:15", 3725 -> "1:02:05"
std::string elapsed(double seconds);   // 0.94 -> "0.9 s"; from a minute on like duration

// In running text: 0.94 -> "0.9 s", 75 -> "1 min 15 s", 3725 -> "1 h 2 min".
std::string seconds_text(double seconds);

// Columns that `text` takes on a terminal: its UTF-8 characters.
std::size_t columns(std::string_view text);

// Rows of cells in aligned columns, two spaces apart. `align` has an 'l' (left) or 'r' (right) per
// column; its last letter serves all further ones. Every line ends in '\n'.
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                  std::string_view indent = "  ");

// The name with the least edit distance to `word`, if that is at most 1 + a third of its length;
// else "".
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

// "; did you mean 'shots'?" or "": the end of a message.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

// "; known are ways, shots; did you mean 'shots'?": the end of a message.
std::string known_names(std::string_view word, std::span<const std::string_view> names);

}  // namespace anole
