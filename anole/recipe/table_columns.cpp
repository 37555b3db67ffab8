#include "anole/recipe/table_columns.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <span>
#include <string_view>

#include "anole/core/error.h"
#include "anole/files/csv.h"
#include "anole/io/atomic_file.h"

namespace anole {
namespace {

constexpr std::string_view kLabelNames[] = {"label",  "labels",   "class",
                                            "target", "category", "species"};
constexpr std::string_view kNumberNames[] = {"", "id", "index", "unnamed: 0"};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

template <std::size_t size>
bool is_one_of(const std::string& name, const std::string_view (&names)[size]) {
  return std::ranges::find(names, lower(name)) != std::end(names);
}

bool is_number(std::string_view text) { return number_in(text).has_value(); }

// Whether a column has any word, and whether no value of it comes twice.
bool holds_words(std::span<const CsvRecord> rows, std::size_t column) {
  return std::ranges::any_of(rows, [&](const CsvRecord& row) {
    const auto& text = row.fields[column];
    return !text.empty() && !is_number(text);
  });
}

bool all_differ(std::span<const CsvRecord> rows, std::size_t column) {
  std::set<std::string_view> seen;
  return std::ranges::all_of(
      rows, [&](const CsvRecord& row) { return seen.insert(row.fields[column]).second; });
}

std::string label_of(const std::vector<std::string>& names, std::span<const CsvRecord> rows,
                     const std::string& where) {
  const auto called = std::ranges::find_if(
      names, [](const std::string& name) { return is_one_of(name, kLabelNames); });
  if (called != names.end()) return *called;
  std::vector<std::string> words;
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (holds_words(rows, column)) words.push_back(names[column]);
  }
  if (words.size() == 1) return words[0];
  if (words.empty() || words.back() == names.back()) return {};
  throw Error(
      "{}: the columns {} hold words; name the one with the classes by --label-column, and take "
      "the others out of the file",
      where, fmt::join(words, ", "));
}

// A header has no number in it and stands above rows that have some.
bool has_names(std::span<const CsvRecord> records) {
  if (records.size() < 2 || records[0].fields.size() < 2) return false;
  const auto number = [](const std::string& text) { return is_number(text); };
  return std::ranges::none_of(records[0].fields, number) &&
         std::ranges::any_of(records[1].fields, number);
}

}  // namespace

TableColumns table_columns(const std::filesystem::path& path) {
  const auto where = path.string();
  const auto text = read_file(path);
  const auto records = parse_csv(text, where, csv_separator(text));
  if (!has_names(records)) return {};
  const auto& names = records[0].fields;
  const auto rows = std::span(records).subspan(1);
  TableColumns columns{.label = label_of(names, rows, where)};
  for (std::size_t column = 0; column < names.size(); ++column) {
    const bool numbers = is_one_of(names[column], kNumberNames) && names[column] != columns.label;
    if (numbers && all_differ(rows, column)) columns.numbering.push_back(names[column]);
  }
  return columns;
}

}  // namespace anole
