#include "anole/data/tables/csv_header.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr std::size_t kSampleRows = 200;  // enough to see what a column holds

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

bool is_whole(double value) { return std::floor(value) == value; }

std::optional<double> finite_number(std::string_view field) {
  const auto value = number_in(field);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

bool ascends(std::span<const double> numbers) {
  return std::ranges::adjacent_find(numbers, std::ranges::greater_equal()) == numbers.end();
}

class Guesser {
 public:
  Guesser(std::span<const CsvRecord> records, std::span<const std::size_t> columns,
          std::size_t label)
      : line_(records.front().line),
        first_(records.front().fields),
        rows_(records.subspan(1)),
        columns_(columns) {
    label_ = without_blanks(first_[label]);
    label_number_ = finite_number(label_);
    label_column_ = label;
    for (const auto column : columns) {
      const auto number = finite_number(first_[column]);
      if (number) (column == label ? with_label_ : numbers_).push_back(*number);
      if (number && column != label) with_label_.push_back(*number);
      words_ += !number && !is_missing(first_[column]) && column != label;
      any_number_ = any_number_ || number_in(first_[column]).has_value();
    }
    count_labels();
  }

  HeaderGuess guess() const {
    if (!any_number_ && words_ > 0) return {.is_header = true};
    if (rows_.empty()) return {};
    if (const auto reason = why_header(); !reason.empty()) {
      return {.is_header = true,
              .note = fmt::format(
                  "line {} is taken for the header, as {}; if it is a row, say header = false",
                  line_, reason)};
    }
    const bool odd = once_ && others_recur_ && rows_.size() > 1;
    if (!odd) return {};
    return {.note = fmt::format(
                "line {} is taken for a row, the only one of class '{}'; if it names the columns, "
                "say header = true",
                line_, label_)};
  }

 private:
  void count_labels() {
    std::unordered_map<std::string_view, int> counts;
    all_numbers_ = !rows_.empty();
    for (const auto& row : rows_) {
      const auto label = without_blanks(row.fields[label_column_]);
      ++counts[label];
      all_numbers_ = all_numbers_ && finite_number(label);
    }
    once_ = !counts.contains(label_);
    others_recur_ = std::ranges::all_of(counts, [](const auto& one) { return one.second > 1; });
  }

  std::string why_header() const {
    if (words_ > 0) {
      return once_ && words_over_numbers() ? "it has words over columns of numbers" : "";
    }
    if (!label_number_ && all_numbers_) {
      return fmt::format("its label '{}' is a word and all others are numbers", label_);
    }
    if (once_ && names_labels(label_)) return fmt::format("'{}' names a column", label_);
    const auto& all = label_number_ ? with_label_ : numbers_;
    if (numbers_.empty() || !ascends(all)) return "";
    if (counts(all)) return fmt::format("it counts the columns from {}", all.front());
    const bool whole = std::ranges::all_of(all, is_whole);
    if (whole && all.size() > 2 && decimals() && (once_ || label_number_)) {
      return "its whole numbers ascend and those below are not whole";
    }
    if (first_[columns_.front()].empty() && columns_.front() != label_column_ &&
        counts_rows(rows_, columns_.front())) {
      return "its first field is empty over the numbers of the rows";
    }
    const bool enough = numbers_.size() > 2 || (whole && numbers_.size() > 1);
    return enough && once_ && others_recur_ && rows_.size() > 1
               ? fmt::format("its numbers ascend and its label '{}' occurs once", label_)
               : "";
  }

  // Whether `all` is 0, 1, 2, … or 1, 2, 3, … and not by chance.
  bool counts(std::span<const double> all) const {
    if (all.front() != 0 && all.front() != 1) return false;
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (all[i] != all[i - 1] + 1) return false;
    }
    if (!label_number_ && !(once_ && (others_recur_ || decimals()))) return false;
    return all.size() > 3 || (all.size() > 1 && decimals());
  }

  std::span<const CsvRecord> some_rows() const {
    return rows_.first(std::min(rows_.size(), kSampleRows));
  }

  // Whether most values below the first record are not whole.
  bool decimals() const {
    std::int64_t fractions = 0, all = 0;
    for (const auto& row : some_rows()) {
      for (const auto column : columns_) {
        const auto number = finite_number(row.fields[column]);
        if (column == label_column_ || !number) continue;
        fractions += !is_whole(*number);
        ++all;
      }
    }
    return 2 * fractions > all;
  }

  // Whether each word that could be a name has numbers below it, and there is one.
  bool words_over_numbers() const {
    for (const auto column : columns_) {
      const auto field = without_blanks(first_[column]);
      if (column == label_column_ || finite_number(field) || is_missing(field)) continue;
      const auto start = static_cast<unsigned char>(field.front());
      if (std::isalpha(start) == 0 && start != '_' && start < 0x80) return false;
      const bool over_numbers = std::ranges::all_of(some_rows(), [&](const CsvRecord& row) {
        return is_missing(row.fields[column]) || number_in(row.fields[column]);
      });
      if (!over_numbers) return false;
    }
    return true;
  }

  std::int64_t line_ = 0;
  const std::vector<std::string>& first_;
  std::span<const CsvRecord> rows_;
  std::span<const std::size_t> columns_;
  std::size_t label_column_ = 0;
  std::string_view label_;
  std::optional<double> label_number_;
  std::vector<double> numbers_, with_label_;  // of the first record, without and with its label
  int words_ = 0;                             // in the first record, label aside
  bool any_number_ = false;                   // in the first record; "nan" is one
  bool once_ = false;                         // the first label occurs in no other record
  bool others_recur_ = false;                 // every other label occurs at least twice
  bool all_numbers_ = false;                  // all other labels are numbers
};

}  // namespace

HeaderGuess guess_header(std::span<const CsvRecord> records, std::span<const std::size_t> columns,
                         std::size_t label) {
  return Guesser(records, columns, label).guess();
}

bool names_labels(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"label", "labels", "class", "target",
                                                      "category"};
  return std::ranges::find(kNames, lower(without_blanks(name))) != kNames.end();
}

bool is_missing(std::string_view field) {
  constexpr std::array<std::string_view, 11> kWords = {"",     "na",   "n/a", "#n/a", "<na>", "nan",
                                                       "null", "none", "?",   "-",    "."};
  return std::ranges::find(kWords, lower(without_blanks(field))) != kWords.end();
}

std::string_view without_blanks(std::string_view field) {
  constexpr std::string_view kBlank = " \t";
  const auto begin = field.find_first_not_of(kBlank);
  if (begin == field.npos) return {};
  return field.substr(begin, field.find_last_not_of(kBlank) - begin + 1);
}

bool counts_rows(std::span<const CsvRecord> rows, std::size_t column) {
  if (rows.empty()) return false;
  const auto start = number_in(rows.front().fields[column]);
  if (!start || (*start != 0 && *start != 1)) return false;
  double expected = *start;
  return std::ranges::all_of(
      rows, [&](const CsvRecord& row) { return number_in(row.fields[column]) == expected++; });
}

}  // namespace anole
