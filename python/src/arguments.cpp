#include "python/src/arguments.h"

#include <nanobind/stl/string.h>

#include "anole/core/error.h"
#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

std::string shown(nb::handle value) { return nb::cast<std::string>(nb::repr(value)); }

// NumPy's bool is neither a bool nor an int.
bool is_truth(nb::handle value) {
  return nb::isinstance<nb::bool_>(value) ||
         nb::cast<std::string>(nb::handle(value.type()).attr("__name__")).starts_with("bool");
}

// Numbers of NumPy count as Python's; 3.0 is the number 3, also where a whole one is expected.
std::string text_of_number(std::string_view name, nb::handle value) {
  if (PyIndex_Check(value.ptr())) return shown(nb::steal(PyNumber_Index(value.ptr())));
  if (PyFloat_Check(value.ptr()) || nb::hasattr(value, "__float__")) {
    const nb::object number = nb::steal(PyNumber_Float(value.ptr()));
    if (!number.is_valid()) throw nb::python_error();
    return field_to_string(nb::cast<double>(number));
  }
  throw UsageError("{}: expected a number, text, truth value or list of numbers, found {}", name,
                   shown(value));
}

// A value as its flag spells it: true, 3, 0.001, "adam", 64,64 of a list or tuple.
std::string text_of(std::string_view name, nb::handle value) {
  if (is_truth(value)) return nb::cast<bool>(nb::bool_(value)) ? "true" : "false";
  if (nb::isinstance<nb::str>(value) || nb::hasattr(value, "__fspath__")) return text_from(value);
  if (!nb::isinstance<nb::list>(value) && !nb::isinstance<nb::tuple>(value)) {
    return text_of_number(name, value);
  }
  std::string items;
  for (const nb::handle item : value) {
    items += (items.empty() ? "" : ",") + text_of_number(name, item);
  }
  return items;
}

const char* type_of(const FlagInfo& flag) {
  if (flag.is_switch) return "bool";
  if (flag.value == value_word<int>()) return "int";
  if (flag.value == value_word<double>()) return "float";
  if (flag.value == value_word<std::vector<int>>()) return "Sequence[int]";
  if (flag.value == value_word<std::filesystem::path>()) return "str | os.PathLike[str]";
  return "str";
}

}  // namespace

Arguments arguments_of(const nb::dict& keywords, std::span<const FlagInfo> known) {
  Arguments arguments{.spelling = keyword_spelling};
  for (const auto& [key, value] : keywords) {
    auto name = nb::cast<std::string>(key);
    const auto text = value.is_none() ? std::string() : text_of(name, value);
    arguments.flags.push_back({std::move(name), text});
  }
  require_known(arguments, known);
  std::erase_if(arguments.flags,
                [&](const FlagText& flag) { return keywords[flag.name.c_str()].is_none(); });
  return arguments;
}

KeywordList keywords_of(std::span<const FlagInfo> flags) {
  nb::list all;
  for (const auto& flag : flags) {
    all.append(nb::make_tuple(flag.name, type_of(flag), flag.fallback, flag.help));
  }
  return KeywordList(all);
}

}  // namespace anole::python
