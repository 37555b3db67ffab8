#include "anole/data/own/listing.h"

#include <fmt/format.h>

#include <algorithm>

namespace anole {
namespace {

template <class Names>
std::string quoted(const Names& names, std::size_t most) {
  const auto shown = names.size() > most ? most : names.size();
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    if (i > 0) text += last ? " and " : ", ";
    text += fmt::format("'{}'", names[i]);
  }
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace

std::string counted_noun(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string quoted_list(std::span<const std::string_view> names, std::size_t most) {
  return quoted(names, most);
}

std::string quoted_list(std::span<const std::string> names, std::size_t most) {
  return quoted(names, most);
}

std::string lower_ending(std::string_view name) {
  name.remove_prefix(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
  const auto dot = name.rfind('.');
  if (dot == name.npos) return {};
  std::string ending(name.substr(dot));
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending;
}

}  // namespace anole
