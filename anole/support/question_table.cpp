#include "anole/support/question_table.h"

#include <fmt/format.h>

#include <filesystem>

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
  const int folder = label_of_folder(std::filesystem::path(path).parent_path(), bundle.labels);
  for (std::size_t i = 0; i * size < read.rows.size(); ++i) {
    const auto numbers = std::span(read.rows).subspan(i * size, size);
    take({.input = fmt::format("{} row {}", path, i + 1),
          .row = row_of({.numbers = numbers}, *options.network),
          .truth = read.labels.empty() ? folder : label_named(read.labels[i], bundle.labels)});
  }
}

}  // namespace anole
