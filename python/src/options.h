#pragma once

// KeywordList of Python become options: each has the name of a field, and is read and checked as the
// same text in a flag is.

#include <nanobind/nanobind.h>

#include <string>
#include <string_view>
#include <vector>

#include "anole/core/field_value.h"

namespace anole::python {

// A value as its flag spells it: true, 3, 0.001, "adam", 64,64 of a list or tuple. Numbers of NumPy
// count as Python's. Throws UsageError for anything else.
std::string text_of(std::string_view name, nanobind::handle value);

// Throws UsageError: `call` has no option `name`; the nearest one is suggested.
[[noreturn]] void refuse_keyword(std::string_view call, std::string_view name,
                                 const std::vector<std::string_view>& known);

// Sets the fields that `keywords` name. None is as if it were not there. Throws UsageError for a
// name that is no field, or is `left_out`, and as field_from_string does.
template <class Options>
void apply_keywords(std::string_view call, const nanobind::dict& keywords, Options& options,
                    std::string_view left_out = {}) {
  for (const auto& [key, value] : keywords) {
    const auto name = nanobind::cast<std::string>(key);
    bool found = false;
    std::vector<std::string_view> known;
    visit_fields(options, [&](const auto& field, auto& member) {
      if (field.name == left_out) return;
      known.push_back(field.name);
      if (field.name != name) return;
      found = true;
      if (!value.is_none()) field_from_string(field, text_of(name, value), member);
    });
    if (!found) refuse_keyword(call, name, known);
  }
}

// (name, type in Python, default as text, help) each.
using KeywordList =
    nanobind::typed<nanobind::list, nanobind::typed<nanobind::tuple, std::string, std::string,
                                                    std::string, std::string>>;

// The fields but `left_out` in order.
template <class Options>
KeywordList keywords_of(std::string_view left_out = {}) {
  nanobind::list all;
  const Options defaults;
  visit_fields(defaults, [&]<class Field, class T>(const Field& field, const T& value) {
    if (field.name == left_out) return;
    const char* type = "str";
    if constexpr (std::is_same_v<T, bool>) {
      type = "bool";
    } else if constexpr (std::is_integral_v<T>) {
      type = "int";
    } else if constexpr (std::is_floating_point_v<T>) {
      type = "float";
    } else if constexpr (std::is_same_v<T, std::vector<int>>) {
      type = "Sequence[int]";
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
      type = "str | os.PathLike[str]";
    }
    all.append(nanobind::make_tuple(std::string(field.name), type, field_to_string(value),
                                    std::string(field.help)));
  });
  return all;
}

}  // namespace anole::python
