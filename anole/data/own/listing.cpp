#include "anole/data/own/listing.h"

#include <fmt/format.h>

#include <algorithm>

namespace anole {
namespace {

template <class Names>
std::string quoted(const Names& names, std::size_t most) {
  std::vector<std::string> texts;
  for (const auto& name : names) texts.push_back(fmt::format("'{}'", name));
  return short_list(texts, most);
}

}  // namespace

std::string counted_noun(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string short_list(std::span<const std::string> texts, std::size_t most) {
  const auto shown = std::min(texts.size(), most);
  std::string list;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) list += i + 1 == texts.size() ? " and " : ", ";
    list += texts[i];
  }
  if (shown < texts.size()) list += fmt::format(" and {} more", texts.size() - shown);
  return list;
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
