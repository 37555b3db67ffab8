#pragma once

// Separated values as RFC 4180 has them: fields may be quoted, quoted fields may hold separators,
// doubled quotes and line breaks; lines end with LF, CRLF or CR. A UTF-8 byte order mark is dropped
// and so are empty lines and the line `sep=;` that spreadsheets write first.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

struct CsvRecord {
  std::int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> fields;
};

// `where` names the text in messages. Throws Error for a quote that never closes, a quote inside an
// unquoted field, text after a closing quote, a record with another number of fields than the
// first, and text in UTF-16.
std::vector<CsvRecord> parse_csv(std::string_view text, std::string_view where,
                                 char separator = ',');

// Comma, semicolon, tab or '|': what the line `sep=` says, else what cuts the first lines into the
// most numbers, and of equals into the most fields; of equals still the one named first here.
char csv_separator(std::string_view text);

// The number that is all of `text`, spaces around it aside; "nan" and "inf" are numbers here.
std::optional<double> number_in(std::string_view text);

// Whether it would be one if its comma were a point: "1,5", "-2,25e3".
bool has_decimal_comma(std::string_view text);

}  // namespace anole
