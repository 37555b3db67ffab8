#include "anole/data/tables/csv_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <unordered_set>

#include "anole/core/error.h"
#include "anole/data/tables/csv_columns.h"
#include "anole/data/tables/csv_header.h"
#include "anole/files/csv.h"

namespace anole {
namespace {

// What a feature's field means; not finite: nothing.
float feature(std::string_view field) {
  const auto text = without_blanks(field);
  if (const auto number = number_in(text)) return static_cast<float>(*number);
  if (text == "True" || text == "TRUE" || text == "true") return 1;
  if (text == "False" || text == "FALSE" || text == "false") return 0;
  return std::numeric_limits<float>::quiet_NaN();
}

bool has_missing(const CsvRecord& row, const CsvColumns& columns) {
  for (const auto column : columns.features) {
    if (is_missing(row.fields[column])) return true;
  }
  return false;
}

// What may help with a field that is no number.
std::string advice(std::span<const CsvRecord> rows, std::size_t column, const CsvColumns& columns,
                   std::string_view field) {
  if (is_missing(field)) {
    std::int64_t count = 0;
    for (const auto& row : rows) count += has_missing(row, columns);
    return fmt::format("; {} of {} rows miss a value: leave them out or fill them in", count,
                       rows.size());
  }
  if (has_decimal_comma(field)) return "; write a point for the decimal comma";
  if (number_in(field)) return "";
  for (const auto& row : rows) {
    if (number_in(row.fields[column])) return "";
  }
  return fmt::format(
      "; if the column holds the labels, say label_column = {0}; if it is no feature, leave_out = "
      "{0}",
      column + 1);
}

[[noreturn]] void refuse(std::span<const CsvRecord> rows, const CsvRecord& row, std::size_t column,
                         const CsvColumns& columns, const std::string& where) {
  const auto& described = columns.described[column];
  const auto name = described.starts_with('\'') ? fmt::format(" ({})", described) : std::string();
  throw Error("{} line {}, column {}{}: found '{}', expected a finite number{}", where, row.line,
              column + 1, name, row.fields[column],
              advice(rows, column, columns, row.fields[column]));
}

// Labels that look as if they came from a column of measurements.
void note_odd_labels(Table& table, const CsvColumns& columns, const std::string& where) {
  const std::unordered_set<std::string_view> classes(table.labels.begin(), table.labels.end());
  bool fractions = false;
  for (const auto& label : classes) {
    const auto number = number_in(label);
    if (!number) return;
    fractions = fractions || *number != std::floor(*number);
  }
  if (!fractions && classes.size() < table.labels.size()) return;
  table.notes.push_back(
      fmt::format("{}: the labels, {}, are {} different numbers in {} rows; if another column "
                  "holds the labels, "
                  "name it by label_column",
                  where, columns.described[columns.label], classes.size(), table.labels.size()));
}

std::vector<CsvRecord> records_of(std::string_view text, const std::string& where) {
  auto records = parse_csv(text, where, csv_separator(text));
  if (records.empty()) throw Error("{}: the file holds no rows", where);
  return records;
}

std::span<const CsvRecord> rows_below(std::span<const CsvRecord> records, const CsvColumns& columns,
                                      const std::string& where) {
  const auto rows = records.subspan(columns.has_header ? 1 : 0);
  if (rows.empty()) throw Error("{}: found a header but no rows", where);
  return rows;
}

Table features_of(std::span<const CsvRecord> rows, const CsvColumns& columns,
                  const std::string& where) {
  Table table{.shape = {.channels = static_cast<int>(columns.features.size())},
              .rows = {},
              .labels = {},
              .columns = {},
              .notes = columns.notes};
  for (const auto column : columns.features) table.columns.push_back(columns.described[column]);
  for (const auto& row : rows) {
    for (const auto column : columns.features) {
      table.rows.push_back(feature(row.fields[column]));
      if (!std::isfinite(table.rows.back())) refuse(rows, row, column, columns, where);
    }
  }
  return table;
}

}  // namespace

Table table_from_csv(std::string_view text, const std::string& where, const DataOptions& options) {
  const auto records = records_of(text, where);
  const auto columns = csv_columns(records, options, where);
  const auto rows = rows_below(records, columns, where);
  auto table = features_of(rows, columns, where);
  for (const auto& row : rows) {
    table.labels.emplace_back(without_blanks(row.fields[columns.label]));
    if (table.labels.back().empty()) {
      throw Error("{} line {}, column {}: found an empty label", where, row.line,
                  columns.label + 1);
    }
  }
  note_odd_labels(table, columns, where);
  return table;
}

Table rows_from_csv(std::string_view text, const std::string& where, const DataOptions& options,
                    std::size_t numbers) {
  const auto records = records_of(text, where);
  auto columns = csv_columns(records, options, where);
  const bool labelled = columns.features.size() == numbers;
  if (columns.features.size() + 1 == numbers && options.label_column.empty()) {
    columns.features.push_back(columns.label);  // it is none: all columns are features
    std::ranges::sort(columns.features);
  }
  if (columns.features.size() != numbers) {
    throw Error(
        "{}: found {} columns of features, the network takes {}; say which columns are none "
        "by --leave-out",
        where, columns.features.size(), numbers);
  }
  const auto rows = rows_below(records, columns, where);
  auto table = features_of(rows, columns, where);
  for (const auto& row : rows) {
    if (labelled) table.labels.emplace_back(without_blanks(row.fields[columns.label]));
  }
  return table;
}

}  // namespace anole
