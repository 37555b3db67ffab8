#pragma once

// Names in messages: a few of them, and how many more there are.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

// "1 picture", "3 pictures".
std::string counted_noun(std::size_t count, std::string_view noun);

// "a, b and c"; of more than `most`: "a, b and 7 more".
std::string short_list(std::span<const std::string> texts, std::size_t most = 10);

// "'a', 'b' and 'c'"; of more than `most`: "'a', 'b' and 7 more".
std::string quoted_list(std::span<const std::string_view> names, std::size_t most = 10);
std::string quoted_list(std::span<const std::string> names, std::size_t most = 10);

// The ending of a file name, with its dot, in lower case; "" without one.
std::string lower_ending(std::string_view name);

// one(item) for the first `most` of `items`, then rest(count) if there are more.
template <class Items, class One, class Rest>
void for_the_first(const Items& items, std::size_t most, One one, Rest rest) {
  std::size_t count = 0;
  for (const auto& item : items) {
    if (count++ < most) one(item);
  }
  if (count > most) rest(count - most);
}

}  // namespace anole
