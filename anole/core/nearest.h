#pragma once

// The nearest name to a misspelt one, for error messages.

#include <span>
#include <string>
#include <string_view>

namespace anole {

// The name with the least edit distance to `word`, if that is at most 1 + a third of its length;
// else "".
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

// "; did you mean 'shots'?" or "": the end of a message.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

// "; known are ways, shots; did you mean 'shots'?": the end of a message.
std::string known_names(std::string_view word, std::span<const std::string_view> names);

}  // namespace anole
