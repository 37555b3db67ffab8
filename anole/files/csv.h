#pragma once

// Comma-separated values as RFC 4180 has them: fields may be quoted, quoted fields may hold commas,
// doubled quotes and line breaks; lines end with LF or CRLF. A UTF-8 byte order mark is dropped and
// so are empty lines.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

struct CsvRecord {
  std::int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
};

// `where` names the text in messages. Throws Error for a quote that never closes, a quote inside an
// unquoted field, text after a closing quote, and a record with another number of fields than the
// first.
std::vector<CsvRecord> parse_csv(std::string_view text, std::string_view where);

}  // namespace anole
