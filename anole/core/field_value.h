#pragma once

// The value of an options field as text, and back, with its range: what flags, TOML, JSON and
// docs/options.md share. Value types: int, int64, uint64, double, bool, string, path, vector<int>
// and any enum with enum_names(). Text forms: numbers in their shortest exact form, `true`/`false`,
// an enum's name, `64,64` for a list. What is out of range or not a value throws UsageError:
//   lr: expected a number above 0, found '-1'
//   optimizer: expected adam or sgd, found 'adm'; did you mean 'adam'?

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "anole/core/fields.h"

namespace anole {

namespace internal {
// One overload per type that is not an enum.
std::string value_to_string(int value);
std::string value_to_string(std::int64_t value);
std::string value_to_string(std::uint64_t value);
std::string value_to_string(double value);
std::string value_to_string(bool value);
std::string value_to_string(const std::string& value);
std::string value_to_string(const std::filesystem::path& value);
std::string value_to_string(const std::vector<int>& value);

// Parses all of `text` into `value`; throws UsageError that begins with `name`.
struct FieldText {
  std::string_view name, text;
  const FieldLimits& limits;
};
void parse_value(const FieldText& field, int& value);
void parse_value(const FieldText& field, std::int64_t& value);
void parse_value(const FieldText& field, std::uint64_t& value);
void parse_value(const FieldText& field, double& value);
void parse_value(const FieldText& field, bool& value);
void parse_value(const FieldText& field, std::string& value);
void parse_value(const FieldText& field, std::filesystem::path& value);
void parse_value(const FieldText& field, std::vector<int>& value);
std::size_t parse_enum(const FieldText& field, std::span<const std::string_view> names);

enum class ValueKind { kInteger, kUnsigned, kNumber, kBool, kText, kPath, kIntegers };
std::string describe_values(ValueKind kind, const FieldLimits& limits);
std::string list_names(std::span<const std::string_view> names);  // "carry, reset or frozen"
bool inside(double value, const FieldLimits& limits);             // false for NaN and infinities
[[noreturn]] void refuse_value(std::string_view name, std::string_view expected,
                               std::string_view found);

template <class T>
constexpr ValueKind value_kind() {
  if constexpr (std::is_same_v<T, bool>) return ValueKind::kBool;
  if constexpr (std::is_same_v<T, int> || std::is_same_v<T, std::int64_t>)
    return ValueKind::kInteger;
  if constexpr (std::is_same_v<T, std::uint64_t>) return ValueKind::kUnsigned;
  if constexpr (std::is_same_v<T, double>) return ValueKind::kNumber;
  if constexpr (std::is_same_v<T, std::filesystem::path>) return ValueKind::kPath;
  if constexpr (std::is_same_v<T, std::vector<int>>) return ValueKind::kIntegers;
  return ValueKind::kText;
}
}  // namespace internal

// What a field takes, to follow "expected": "a number above 0", "adam or sgd", "true or false".
template <class Struct, class T>
std::string field_expected(const Field<Struct, T>& field) {
  if constexpr (std::is_enum_v<T>) {
    return internal::list_names(enum_names(T{}));
  } else {
    return internal::describe_values(internal::value_kind<T>(), field.limits);
  }
}

template <class T>
std::string field_to_string(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(enum_name(value));
  } else {
    return internal::value_to_string(value);
  }
}

// Throws UsageError if a number (or a number in a list) is outside the field's limits.
template <class Struct, class T>
void check_limits(const Field<Struct, T>& field, const T& value) {
  bool good = true;
  if constexpr (std::is_same_v<T, std::vector<int>>) {
    for (const int item : value) good = good && internal::inside(item, field.limits);
  } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    good = internal::inside(static_cast<double>(value), field.limits);
  }
  if (!good) internal::refuse_value(field.name, field_expected(field), field_to_string(value));
}

// Parses `text` into `value` and checks the limits; `value` is unchanged if it throws.
template <class Struct, class T>
void field_from_string(const Field<Struct, T>& field, std::string_view text, T& value) {
  const internal::FieldText source{field.name, text, field.limits};
  if constexpr (std::is_enum_v<T>) {
    value = static_cast<T>(internal::parse_enum(source, enum_names(T{})));
  } else {
    T parsed{};
    internal::parse_value(source, parsed);
    check_limits(field, parsed);
    value = std::move(parsed);
  }
}

// Parses `text` into the field `name` of `options`, if it has one. Errors call the field `shown`.
template <class Options>
void set_field(Options& options, std::string_view name, std::string_view shown,
               std::string_view text) {
  visit_fields(options, [&](auto field, auto& value) {
    if (field.name != name) return;
    field.name = shown;
    field_from_string(field, text, value);
  });
}

}  // namespace anole
