#include "anole/data/vectors.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/splits.h"
#include "anole/files/csv.h"
#include "anole/files/npy.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

struct Table {
  Shape shape;
  std::vector<float> rows;          // [n, shape]
  std::vector<std::string> labels;  // [n]
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// The number that is all of `text`, spaces around it aside; "nan" and "inf" are numbers here.
std::optional<float> number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || text.empty()) return {};
  return static_cast<float>(value);
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

struct LabelColumn {
  std::size_t index = 0;
  bool has_header = false;
};

LabelColumn find_label_column(const CsvRecord& first, const std::string& wanted,
                              const std::string& where) {
  const auto& fields = first.fields;
  const bool words_only =
      std::ranges::none_of(fields, [](const auto& field) { return number(field).has_value(); });
  if (wanted.empty()) return {.index = fields.size() - 1, .has_header = words_only};
  const auto name = std::ranges::find(fields, wanted);
  if (words_only && name != fields.end()) {
    return {.index = static_cast<std::size_t>(name - fields.begin()), .has_header = true};
  }
  const auto position = whole_number(wanted);
  if (!position) {
    if (name != fields.end()) {
      return {.index = static_cast<std::size_t>(name - fields.begin()), .has_header = true};
    }
    const std::vector<std::string_view> names(fields.begin(), fields.end());
    throw Error("{}: no column is named '{}'{}", where, wanted, did_you_mean(wanted, names));
  }
  if (*position < 1 || *position > fields.size()) {
    throw Error("{}: label_column is {}, but columns count from 1 to {}", where, *position,
                fields.size());
  }
  return {.index = *position - 1, .has_header = words_only};
}

float finite_number(const CsvRecord& record, std::size_t column, const CsvRecord& first,
                    bool has_header, const std::string& where) {
  const auto value = number(record.fields[column]);
  if (value && std::isfinite(*value)) return *value;
  const auto name = has_header ? fmt::format(" ('{}')", first.fields[column]) : std::string();
  throw Error("{} line {}, column {}{}: found '{}', expected a finite number", where, record.line,
              column + 1, name, record.fields[column]);
}

Table table_from_csv(const fs::path& path, const std::string& label_column) {
  const auto where = path.string();
  const auto records = parse_csv(read_file(path), where);
  if (records.empty()) throw Error("{}: the file holds no rows", where);
  const auto& first = records.front();
  if (first.fields.size() < 2) {
    throw Error("{}: found one column, expected numbers and a label separated by commas", where);
  }
  const auto [label, has_header] = find_label_column(first, label_column, where);
  Table table;
  table.shape.channels = static_cast<int>(first.fields.size() - 1);
  for (std::size_t r = has_header ? 1 : 0; r < records.size(); ++r) {
    for (std::size_t column = 0; column < first.fields.size(); ++column) {
      if (column == label) continue;
      table.rows.push_back(finite_number(records[r], column, first, has_header, where));
    }
    table.labels.emplace_back(trimmed(records[r].fields[label]));
    if (table.labels.back().empty()) {
      throw Error("{} line {}, column {}: found an empty label", where, records[r].line, label + 1);
    }
  }
  if (table.labels.empty()) throw Error("{}: found a header but no rows", where);
  return table;
}

std::vector<std::string> read_labels(const fs::path& path) {
  if (path.extension() != ".npy") return list_lines(read_file(path));
  const auto where = path.string();
  const auto array = parse_npy(read_file(path), where);
  if (array.shape.size() != 1) {
    throw Error("{}: found {} dimensions, expected one label a row", where, array.shape.size());
  }
  return texts(array, where);
}

Shape row_shape(const NpyArray& array, const std::string& where) {
  if (array.shape.empty() || array.bytes.empty()) {
    throw Error("{}: the array holds no rows; expected [rows, features]", where);
  }
  std::size_t features = 1;
  for (const auto size : std::span(array.shape).subspan(1)) features *= size;
  if (features > (std::size_t{1} << 30)) {
    throw Error("{}: found {} features a row, expected at most 2^30", where, features);
  }
  const auto size = [&](std::size_t i) { return static_cast<int>(array.shape[i]); };
  if (array.shape.size() == 4) return {.channels = size(1), .height = size(2), .width = size(3)};
  return {.channels = static_cast<int>(features)};
}

Table table_from_npy(const fs::path& path, const fs::path& labels) {
  const auto where = path.string();
  if (labels.empty()) {
    throw Error(
        "{}: a .npy file has no labels of its own; name a file with one label a row by "
        "--labels",
        where);
  }
  const auto array = parse_npy(read_file(path), where);
  Table table{.shape = row_shape(array, where), .rows = floats(array, where), .labels = {}};
  const auto bad = std::ranges::find_if(table.rows, [](float v) { return !std::isfinite(v); });
  if (bad != table.rows.end()) {
    const auto at = static_cast<std::size_t>(bad - table.rows.begin());
    throw Error("{} row {}, value {} (from 0): found {}, expected a finite number", where,
                at / table.shape.size(), at % table.shape.size(), *bad);
  }
  table.labels = read_labels(labels);
  if (table.labels.size() != array.shape[0]) {
    throw Error("{}: found {} labels, expected {}, one for each row of {}", labels.string(),
                table.labels.size(), array.shape[0], where);
  }
  return table;
}

Table read_table(const DataOptions& options) {
  const auto& path = options.data;
  if (path.empty()) throw Error("vectors: name the data file by --data: FILE.csv or FILE.npy");
  if (!path_exists(path)) throw Error("vectors: there is no file {}", path.string());
  if (is_folder(path)) {
    throw Error("vectors: {} is a folder; expected a .csv or .npy file", path.string());
  }
  if (path.extension() == ".npy") {
    if (options.label_column.empty()) return table_from_npy(path, options.labels);
    throw Error("vectors: label_column is for .csv files; {} takes its labels from --labels",
                path.string());
  }
  if (path.extension() != ".csv") {
    throw Error("vectors: expected a file that ends in .csv or .npy, found {}", path.string());
  }
  if (options.labels.empty()) return table_from_csv(path, options.label_column);
  throw Error("vectors: labels is for .npy files; {} names its labels by --label-column",
              path.string());
}

ClassDataset to_dataset(const Table& table) {
  std::map<std::string_view, std::int32_t> index;
  for (const auto& label : table.labels) index.emplace(label, 0);
  std::vector<std::string> names;
  for (auto& [name, position] : index) {
    position = static_cast<std::int32_t>(names.size());
    names.emplace_back(name);
  }
  std::vector<std::int32_t> labels;
  for (const auto& label : table.labels) labels.push_back(index.at(label));
  return ClassDataset::from_rows(table.rows, table.shape, labels, std::move(names));
}

ClassLists split_by_lists(const ClassDataset& dataset, const fs::path& folder) {
  const auto list = [&](const char* name, bool needed) -> std::vector<std::string> {
    const auto path = folder / name;
    if (path_exists(path)) return list_lines(read_file(path));
    if (!needed) return {};
    throw Error("vectors: the split lists needs {} with one class name a line", path.string());
  };
  return listed_split(dataset.classes(),
                      {.train = list("train.txt", true),
                       .validation = list("val.txt", false),
                       .test = list("test.txt", true)},
                      "vectors, split lists");
}

ClassLists find_split(const ClassDataset& dataset, const std::string& name,
                      const DataOptions& options) {
  if (name == "lists") return split_by_lists(dataset, options.data.parent_path());
  if (name != "seeded") throw Error("vectors has no split '{}'; use seeded or lists", name);
  return seeded_split(static_cast<std::int32_t>(dataset.classes().size()),
                      static_cast<std::uint64_t>(options.split_seed), options.test_fraction);
}

}  // namespace

LoadedData load_vectors(const DataOptions& options) {
  auto dataset = to_dataset(read_table(options));
  const std::string split_name = options.split.empty() ? "seeded" : options.split;
  auto split = cut_split(find_split(dataset, split_name, options), options, false);
  const Shape shape = dataset.shape();
  return {.dataset = std::move(dataset),
          .split = std::move(split),
          .preprocessing = {.shape = shape, .resize = Resize::kNone, .scale = 1},
          .name = "vectors",
          .split_name = split_name};
}

}  // namespace anole
