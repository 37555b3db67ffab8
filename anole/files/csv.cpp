#include "anole/files/csv.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr std::string_view kSeparators = ",;\t|";
constexpr int kSampleLines = 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

std::size_t line_end_size(std::string_view text) {
  return text.starts_with("\r\n") ? 2 : text.starts_with('\n') || text.starts_with('\r') ? 1 : 0;
}

// The separator that the first line declares, "sep=;"; 0: none.
char declared_separator(std::string_view text) {
  constexpr std::string_view kDeclares = "sep=";
  text = without_mark(text);
  const bool declares = text.starts_with(kDeclares) && text.size() > kDeclares.size();
  if (!declares || kSeparators.find(text[kDeclares.size()]) == kSeparators.npos) return 0;
  text.remove_prefix(kDeclares.size());
  return text.size() == 1 || line_end_size(text.substr(1)) > 0 ? text[0] : char{0};
}

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string_view where, char separator)
      : text_(without_mark(text)), where_(where), separator_(separator) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      throw Error("{}: the text is in UTF-16, expected UTF-8; save it as 'CSV UTF-8'", where_);
    }
    if (declared_separator(text_) != 0) text_.remove_prefix(5);
  }

  std::vector<CsvRecord> records() {
    std::vector<CsvRecord> records;
    while (!text_.empty()) {
      if (take_line_end()) continue;
      records.push_back(record());
      check_length(records.back(), records.front());
    }
    return records;
  }

 private:
  CsvRecord record() {
    CsvRecord record{.line = line_, .fields = {}};
    do {
      record.fields.push_back(text_.starts_with('"') ? quoted() : unquoted());
    } while (take({&separator_, 1}));
    if (!text_.empty() && !take_line_end()) {
      throw Error(
          "{} line {}: found text after a closing quote; quote the whole field and write "
          "quotes inside it twice",
          where_, line_);
    }
    return record;
  }

  std::string unquoted() {
    const char stops[] = {separator_, '\n', '\r'};
    const auto end = std::min(text_.find_first_of({stops, 3}), text_.size());
    const std::string_view field = text_.substr(0, end);
    text_.remove_prefix(end);
    if (field.find('"') != field.npos) {
      throw Error(
          "{} line {}: found a quote inside an unquoted field; quote the whole field and "
          "write the quote twice",
          where_, line_);
    }
    return std::string(field);
  }

  std::string quoted() {
    const auto first_line = line_;
    std::string field;
    text_.remove_prefix(1);
    while (true) {
      const auto end = text_.find('"');
      if (end == text_.npos) {
        throw Error("{} line {}: the quote that opens here is never closed", where_, first_line);
      }
      field += text_.substr(0, end);
      for (const char c : text_.substr(0, end)) line_ += c == '\n';
      text_.remove_prefix(end + 1);
      if (!take("\"")) return field;
      field += '"';
    }
  }

  bool take(std::string_view token) {
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  bool take_line_end() {
    const auto size = line_end_size(text_);
    text_.remove_prefix(size);
    if (size > 0) ++line_;
    return size > 0;
  }

  void check_length(const CsvRecord& record, const CsvRecord& first) const {
    if (record.fields.size() == first.fields.size()) return;
    throw Error("{} line {} has {} fields, expected {} as in line {}", where_, record.line,
                record.fields.size(), first.fields.size(), first.line);
  }

  std::string_view text_, where_;
  char separator_;
  std::int64_t line_ = 1;
};

// The first lines, line breaks in quotes and all.
std::string_view sample(std::string_view text) {
  bool quoted = false;
  int lines = 0;
  std::size_t end = 0;
  for (; end < text.size() && lines < kSampleLines; ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (!quoted && text[end] == '\n') ++lines;
  }
  return text.substr(0, end);
}

// How much `text` looks like a table with this separator.
struct Fit {
  std::int64_t numbers = 0, fields = 0;
  auto operator<=>(const Fit&) const = default;
};
Fit fit_of(std::string_view text, char separator) {
  Fit fit;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    const bool ends = i == text.size() || text[i] == '\n' || text[i] == '\r';
    if (quoted || (!ends && text[i] != separator)) continue;
    auto field = trimmed(text.substr(begin, i - begin));
    if (field.size() > 1 && field.starts_with('"')) field = field.substr(1, field.size() - 2);
    fit.numbers += number_in(field).has_value() || has_decimal_comma(field);
    fit.fields += !ends;
    begin = i + 1;
  }
  return fit;
}

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, std::string_view where, char separator) {
  return CsvParser(text, where, separator).records();
}

char csv_separator(std::string_view text) {
  if (const char declared = declared_separator(text)) return declared;
  text = sample(without_mark(text));
  char best = kSeparators.front();
  for (const char other : kSeparators) {
    if (fit_of(text, other) > fit_of(text, best)) best = other;
  }
  return best;
}

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || text.empty()) return {};
  return value;
}

bool has_decimal_comma(std::string_view text) {
  std::string point(text);
  if (std::ranges::count(point, ',') != 1 || point.find('.') != point.npos) return false;
  std::ranges::replace(point, ',', '.');
  return number_in(point).has_value();
}

}  // namespace anole
