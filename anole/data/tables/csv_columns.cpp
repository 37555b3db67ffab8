#include "anole/data/tables/csv_columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_set>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/data/tables/csv_header.h"
#include "anole/data/tables/table.h"

namespace anole {
namespace {

using Places = std::vector<std::size_t>;  // of columns, from 0

// "" or "Unnamed: 3", "Unnamed: 0.1": no name that anybody gave.
bool is_unnamed(std::string_view name) {
  constexpr std::string_view kUnnamed = "Unnamed: ";
  return name.empty() ||
         (name.starts_with(kUnnamed) &&
          name.find_first_not_of("0123456789.", kUnnamed.size()) == std::string_view::npos);
}

bool is_place(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// The column that `text` counts to from 1; nothing beyond the last.
std::optional<std::size_t> place_in(std::string_view text, std::size_t columns) {
  std::size_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_place(text) || error != std::errc() || value < 1 || value > columns) return {};
  return value - 1;
}

bool names_row_ids(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames = {"id",    "index",  "row",    "row_id",
                                                      "rowid", "row id", "row_no", "number"};
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::ranges::find(kNames, lower) != kNames.end();
}

// Whether the fields of `column` are whole numbers, each once.
bool numbers_rows(std::span<const CsvRecord> rows, std::size_t column) {
  std::unordered_set<std::string_view> seen;
  return !rows.empty() && std::ranges::all_of(rows, [&](const CsvRecord& row) {
    const auto field = without_blanks(row.fields[column]);
    return is_place(field) && seen.insert(field).second;
  });
}

class ColumnFinder {
 public:
  ColumnFinder(std::span<const CsvRecord> records, const DataOptions& options,
               const std::string& where)
      : records_(records), options_(options), where_(where) {
    for (const auto& field : records.front().fields) names_.emplace_back(without_blanks(field));
    use_.resize(names_.size(), true);
  }

  CsvColumns find() {
    leave_out_empty();
    result_.has_header =
        options_.header == Header::kTrue || (options_.header == Header::kAuto && has_header());
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const bool named = result_.has_header && !names_[i].empty();
      result_.described.push_back(named ? fmt::format("'{}'", names_[i])
                                        : fmt::format("column {}", i + 1));
    }
    for (const auto column : wanted_out()) use_[column] = false;
    leave_out_unnamed();
    result_.label = find_label();
    for (const auto column : used()) {
      if (column != result_.label) result_.features.push_back(column);
    }
    if (result_.features.empty()) refuse_label_alone();
    note_row_numbers();
    return std::move(result_);
  }

 private:
  [[noreturn]] void refuse_label_alone() const {
    if (names_.size() > 1) {
      throw Error("{}: no column is left but that of labels, {}; expected numbers beside it",
                  where_, result_.described[result_.label]);
    }
    throw Error(
        "{}: found one column, expected numbers and a label, separated by commas, semicolons or "
        "tabs",
        where_);
  }

  void note(std::string text) {
    result_.notes.push_back(fmt::format("{}: {}", where_, std::move(text)));
  }

  Places used() const {
    Places places;
    for (std::size_t i = 0; i < use_.size(); ++i) {
      if (use_[i]) places.push_back(i);
    }
    return places;
  }

  std::span<const CsvRecord> rows() const { return records_.subspan(result_.has_header ? 1 : 0); }

  void leave_out_empty() {
    std::vector<std::string> left;
    for (std::size_t column = 0; column < names_.size(); ++column) {
      const bool empty = is_unnamed(names_[column]) &&
                         std::ranges::all_of(records_.subspan(1), [&](const CsvRecord& record) {
                           return without_blanks(record.fields[column]).empty();
                         });
      if (!empty || (records_.size() == 1 && !names_[column].empty())) continue;
      use_[column] = false;
      left.push_back(fmt::format("column {}", column + 1));
    }
    if (!left.empty()) note(fmt::format("{} is empty in every row: left out", some_of(left)));
  }

  void leave_out_unnamed() {
    if (!result_.has_header) return;
    for (const auto column : used()) {
      if (!is_unnamed(names_[column])) continue;
      const bool out = numbers_rows(rows(), column);
      use_[column] = !out;
      note(out ? fmt::format("{} has no name and numbers the rows: left out",
                             result_.described[column])
               : fmt::format("{} has no name, and is used; leave_out = {} leaves it out",
                             result_.described[column], called(column)));
    }
  }

  // How an option can name it.
  std::string called(std::size_t column) const {
    const auto& name = names_[column];
    const bool plain = result_.has_header && !is_unnamed(name) && name.find(',') == name.npos;
    return plain ? name : fmt::format("{}", column + 1);
  }

  // Columns that are no features whatever the header turns out to be, as far as one can tell.
  Places likely_out() const {
    Places places;
    if (options_.leave_out.empty()) return places;
    for (const auto& field : leave_out_fields()) {
      const auto named = std::ranges::find(names_, field);
      const auto place = place_in(field, names_.size());
      if (named != names_.end()) {
        places.push_back(static_cast<std::size_t>(named - names_.begin()));
      } else if (place) {
        places.push_back(*place);
      }
    }
    return places;
  }

  // Where the label may be: by name, by place, or where it usually is.
  Places likely_labels() const {
    const auto& wanted = options_.label_column;
    if (wanted.empty()) {
      auto left = used();
      for (const auto column : likely_out()) std::erase(left, column);
      return left.empty() ? Places{} : Places{usual_label(left)};
    }
    Places places = named(wanted);
    if (const auto place = place_in(wanted, names_.size())) places.push_back(*place);
    return places;
  }

  Places named(std::string_view name) const {
    Places places;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) places.push_back(i);
    }
    return places;
  }

  bool has_header() {
    const auto& wanted = options_.label_column;
    if (!wanted.empty() && !is_place(wanted) && !named(wanted).empty()) return true;
    for (const auto label : likely_labels()) {
      auto guess = guess_header(records_, used(), label);
      if (!guess.note.empty()) note(guess.note);
      if (guess.is_header || !guess.note.empty()) return guess.is_header;
    }
    // No column has that name or place; the message about it lists names if there are any.
    return !wanted.empty() && likely_labels().empty() &&
           guess_header(records_, used(), names_.size() - 1).is_header;
  }

  // The column that `option` calls `text`.
  std::size_t column_called(std::string_view text, std::string_view option) {
    const auto by_name = result_.has_header ? named(text) : Places{};
    const auto by_place = place_in(text, names_.size());
    if (by_name.size() > 1) {
      throw Error("{}: {} is '{}', but columns {} and {} both have that name; rename one", where_,
                  option, text, by_name[0] + 1, by_name[1] + 1);
    }
    if (by_name.size() == 1) {
      if (by_place && *by_place != by_name[0]) {
        note(fmt::format("{} {} is the column named {}, in place {}; in place {} is {}", option,
                         text, text, by_name[0] + 1, text, result_.described[*by_place]));
      }
      return by_name[0];
    }
    if (!by_place) refuse_column(text, option);
    const bool numbered = result_.has_header && std::ranges::any_of(names_, is_place);
    if (numbered) {
      note(fmt::format("{} {}: no column is named {}, so it is taken for a place: {}", option, text,
                       text, result_.described[*by_place]));
    }
    return *by_place;
  }

  [[noreturn]] void refuse_column(std::string_view text, std::string_view option) const {
    if (is_place(text)) {
      throw Error("{}: {} is {}, but columns count from 1 to {}", where_, option, text,
                  names_.size());
    }
    if (!result_.has_header) {
      throw Error(
          "{}: {} is '{}', but the columns have no names: the first record is no header; name the "
          "column by its place, from 1, or say header = true",
          where_, option, text);
    }
    const std::vector<std::string_view> names(names_.begin(), names_.end());
    throw Error("{}: no column is named '{}'{}", where_, text, did_you_mean(text, names));
  }

  std::vector<std::string> leave_out_fields() const {
    auto records = parse_csv(options_.leave_out, "leave_out");
    if (records.size() != 1) {
      throw Error("leave_out: expected names of columns, as id,date, found '{}'",
                  options_.leave_out);
    }
    for (auto& field : records[0].fields) field = without_blanks(field);
    return std::move(records[0].fields);
  }

  Places wanted_out() {
    Places places;
    if (options_.leave_out.empty()) return places;
    for (const auto& field : leave_out_fields())
      places.push_back(column_called(field, "leave_out"));
    return places;
  }

  std::size_t usual_label(const Places& columns) const {
    Places usual;
    for (const auto column : columns) {
      if (names_labels(names_[column])) usual.push_back(column);
    }
    const bool is_last = !usual.empty() && usual.back() == columns.back();
    return usual.size() == 1 && !is_last ? usual[0] : columns.back();
  }

  std::size_t find_label() {
    const auto columns = used();
    if (options_.label_column.empty()) {
      if (columns.empty()) throw Error("{}: leave_out leaves no column", where_);
      if (!result_.has_header) return columns.back();
      const auto label = usual_label(columns);
      if (label != columns.back()) {
        note(fmt::format("the labels are {}, by its name; label_column names another",
                         result_.described[label]));
      }
      return label;
    }
    const auto label = column_called(options_.label_column, "label_column");
    if (use_[label] || named_unnamed(label)) return label;
    throw Error(
        "{}: {} is the column of labels and left out as well; change label_column or "
        "leave_out",
        where_, result_.described[label]);
  }

  // Whether `label` was left out for want of a name alone: asked for, it is taken.
  bool named_unnamed(std::size_t label) const {
    return is_unnamed(names_[label]) && options_.leave_out.empty();
  }

  void note_row_numbers() {
    for (const auto column : result_.features) {
      const bool by_name = result_.has_header && names_row_ids(names_[column]);
      const bool counting = rows().size() > 3 && counts_rows(rows(), column);
      if (!counting && !(by_name && numbers_rows(rows(), column))) continue;
      note(
          fmt::format("{} looks like a number of the row, not a feature; leave_out = {} leaves it "
                      "out",
                      result_.described[column], called(column)));
    }
  }

  std::span<const CsvRecord> records_;
  const DataOptions& options_;
  const std::string& where_;
  std::vector<std::string> names_;  // the first record's fields, whether it is a header or not
  std::vector<bool> use_;
  CsvColumns result_;
};

}  // namespace

CsvColumns csv_columns(std::span<const CsvRecord> records, const DataOptions& options,
                       const std::string& where) {
  return ColumnFinder(records, options, where).find();
}

}  // namespace anole
