#include "anole/support/question_table.h"

#include <fmt/format.h>

#include "anole/data/row.h"
#include "anole/data/vectors.h"
#include "anole/support/files.h"

namespace anole {

void ask_about_table(const std::string& path, const Bundle& bundle, const DataOptions& table,
                     const TakeQuestion& take) {
  auto options = table;
  options.data = path;
  options.network = rows_taken(bundle);
  const auto read = read_rows(options);
  const auto size = read.shape.size();
  for (std::size_t first = 0; first < read.rows.size(); first += size) {
    take({.input = fmt::format("{} row {}", path, first / size + 1),
          .row = row_of({.numbers = std::span(read.rows).subspan(first, size)}, *options.network)});
  }
}

}  // namespace anole
