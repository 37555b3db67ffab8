#pragma once

// A table of texts, as Markdown and as CSV.

#include <string>
#include <vector>

namespace anole {

struct TextTable {
  std::vector<std::string> columns = {};
  std::vector<std::vector<std::string>> rows = {};  // each as long as `columns`
};

// With a heading row; '|' in cells is escaped. Every line ends in '\n'.
std::string to_markdown(const TextTable& table);

// RFC 4180, but lines end in '\n': cells with a comma, a quote or a line break are quoted.
std::string to_csv(const TextTable& table);

}  // namespace anole
