#include "anole/files/csv.h"

#include "anole/core/error.h"

namespace anole {
namespace {

class CsvParser {
 public:
  CsvParser(std::string_view text, std::string_view where) : text_(text), where_(where) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
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
    } while (take(","));
    if (!text_.empty() && !take_line_end()) {
      throw Error(
          "{} line {}: found text after a closing quote; quote the whole field and write "
          "quotes inside it twice",
          where_, line_);
    }
    return record;
  }

  std::string unquoted() {
    std::size_t end = std::min(text_.find_first_of(",\n"), text_.size());
    std::string_view field = text_.substr(0, end);
    text_.remove_prefix(end);
    if (!text_.starts_with(',') && field.ends_with('\r')) field.remove_suffix(1);
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
    if (!take("\n") && !take("\r\n")) return false;
    ++line_;
    return true;
  }

  void check_length(const CsvRecord& record, const CsvRecord& first) const {
    if (record.fields.size() == first.fields.size()) return;
    throw Error("{} line {} has {} fields, expected {} as in line {}", where_, record.line,
                record.fields.size(), first.fields.size(), first.line);
  }

  std::string_view text_, where_;
  std::int64_t line_ = 1;
};

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, std::string_view where) {
  return CsvParser(text, where).records();
}

}  // namespace anole
