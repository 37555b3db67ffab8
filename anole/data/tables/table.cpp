#include "anole/data/tables/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace anole {

std::string column_name(const Table& table, std::size_t index) {
  return table.columns.empty() ? fmt::format("column {}", index + 1) : table.columns[index];
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  const auto shown = std::span(names).first(std::min(names.size(), kMost));
  if (shown.size() < names.size()) {
    return fmt::format("{} and {} more", fmt::join(shown, ", "), names.size() - shown.size());
  }
  if (names.size() < 2) return fmt::format("{}", fmt::join(shown, ", "));
  return fmt::format("{} and {}", fmt::join(shown.first(shown.size() - 1), ", "), shown.back());
}

}  // namespace anole
