#include "anole/core/field_value.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole::internal {
namespace {

// " from 1 to 9", " at least 1", " above 0", …; empty bounds are not mentioned.
std::string range_text(const std::string& min, const std::string& max, bool above_min) {
  if (!min.empty() && !max.empty()) {
    return above_min ? fmt::format(" above {} and at most {}", min, max)
                     : fmt::format(" from {} to {}", min, max);
  }
  if (!min.empty()) return fmt::format(" {} {}", above_min ? "above" : "at least", min);
  return max.empty() ? "" : fmt::format(" at most {}", max);
}

std::string bound_text(double bound) {
  return std::isfinite(bound) ? fmt::format("{}", bound) : "";
}

// The description for a number too large for its type, which then names the type's own bounds.
template <class T>
std::string describe_type(const FieldLimits& limits) {
  const auto min = bound_text(limits.min), max = bound_text(limits.max);
  return "an integer" +
         range_text(min.empty() ? fmt::format("{}", std::numeric_limits<T>::min()) : min,
                    max.empty() ? fmt::format("{}", std::numeric_limits<T>::max()) : max,
                    limits.above_min);
}

template <class T>
void parse_integer(const FieldText& field, T& value) {
  const char* end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    refuse_value(field.name, describe_type<T>(field.limits), field.text);
  }
  if (error != std::errc() || stop != end) {
    refuse_value(field.name, describe_values(value_kind<T>(), field.limits), field.text);
  }
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string value_to_string(int value) { return fmt::format("{}", value); }
std::string value_to_string(std::int64_t value) { return fmt::format("{}", value); }
std::string value_to_string(std::uint64_t value) { return fmt::format("{}", value); }
std::string value_to_string(double value) { return fmt::format("{}", value); }
std::string value_to_string(bool value) { return value ? "true" : "false"; }
std::string value_to_string(const std::string& value) { return value; }
std::string value_to_string(const std::filesystem::path& value) { return value.string(); }
std::string value_to_string(const std::vector<int>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}

void parse_value(const FieldText& field, int& value) { parse_integer(field, value); }
void parse_value(const FieldText& field, std::int64_t& value) { parse_integer(field, value); }
void parse_value(const FieldText& field, std::uint64_t& value) { parse_integer(field, value); }

void parse_value(const FieldText& field, double& value) {
  const char* end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (error != std::errc() || stop != end) {
    refuse_value(field.name, describe_values(ValueKind::kNumber, field.limits), field.text);
  }
}

void parse_value(const FieldText& field, bool& value) {
  value = field.text == "true";
  if (!value && field.text != "false") {
    refuse_value(field.name, describe_values(ValueKind::kBool, field.limits), field.text);
  }
}

void parse_value(const FieldText& field, std::string& value) { value = field.text; }
void parse_value(const FieldText& field, std::filesystem::path& value) { value = field.text; }

void parse_value(const FieldText& field, std::vector<int>& value) {
  if (trimmed(field.text).empty()) return;
  for (std::size_t begin = 0; begin <= field.text.size();) {
    const auto comma = std::min(field.text.find(',', begin), field.text.size());
    const auto item = trimmed(field.text.substr(begin, comma - begin));
    const char* end = item.data() + item.size();
    int number = 0;
    const auto [stop, error] = std::from_chars(item.data(), end, number);
    if (error != std::errc() || stop != end) {
      refuse_value(field.name, describe_values(ValueKind::kIntegers, field.limits), field.text);
    }
    value.push_back(number);
    begin = comma + 1;
  }
}

std::size_t parse_enum(const FieldText& field, std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == field.text) return i;
  }
  throw UsageError("{}: expected {}, found '{}'{}", field.name, list_names(names), field.text,
                   did_you_mean(field.text, names));
}

std::string describe_values(ValueKind kind, const FieldLimits& limits) {
  const auto range = range_text(bound_text(limits.min), bound_text(limits.max), limits.above_min);
  switch (kind) {
    case ValueKind::kInteger:
      return "an integer" + range;
    case ValueKind::kUnsigned:
      return "an integer" + (std::isfinite(limits.min) ? range : " at least 0");
    case ValueKind::kNumber:
      return (range.empty() ? "a finite number" : "a number") + range;
    case ValueKind::kBool:
      return "true or false";
    case ValueKind::kText:
      return "text";
    case ValueKind::kPath:
      return "a path";
    case ValueKind::kIntegers:
      return "integers" + range + " separated by commas";
  }
  return "a value";
}

std::string list_names(std::span<const std::string_view> names) {
  if (names.empty()) return "nothing";
  if (names.size() == 1) return std::string(names[0]);
  return fmt::format("{} or {}", fmt::join(names.first(names.size() - 1), ", "), names.back());
}

bool inside(double value, const FieldLimits& limits) {
  return std::isfinite(value) && value <= limits.max &&
         (limits.above_min ? value > limits.min : value >= limits.min);
}

void refuse_value(std::string_view name, std::string_view expected, std::string_view found) {
  throw UsageError("{}: expected {}, found '{}'", name, expected, found);
}

}  // namespace anole::internal
