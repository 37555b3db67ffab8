#include "cli/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace anole::cli {

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!lines.back().empty() && columns(lines.back()) + 1 + columns(word) > width) {
      lines.emplace_back();
    }
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::string labelled(std::string_view label, std::string_view text, std::size_t width) {
  constexpr std::size_t kLabel = 10;
  std::string lines;
  for (const auto& line : wrap(text, width - kLabel)) {
    lines += fmt::format("{:<{}}{}\n", lines.empty() ? label : "", kLabel, line);
  }
  return lines;
}

}  // namespace anole::cli
