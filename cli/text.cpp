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

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a UTF-8 continuation
  }));
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view align,
                  std::string_view indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - columns(row[i]), ' ');
      const bool left = align[std::min(i, align.size() - 1)] == 'l';
      line += (i == 0 ? "" : "  ") + (left ? row[i] + space : space + row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text.append(indent).append(line).append("\n");
  }
  return text;
}

}  // namespace anole::cli
