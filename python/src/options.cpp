#include "python/src/options.h"

#include <nanobind/stl/string.h>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

std::string shown(nb::handle value) { return nb::cast<std::string>(nb::repr(value)); }

// NumPy's bool is neither a bool nor an int.
bool is_truth(nb::handle value) {
  return nb::isinstance<nb::bool_>(value) ||
         nb::cast<std::string>(nb::handle(value.type()).attr("__name__")).starts_with("bool");
}

std::string text_of_number(std::string_view name, nb::handle value) {
  if (PyIndex_Check(value.ptr())) {
    return shown(nb::steal(PyNumber_Index(value.ptr())));
  }
  if (PyFloat_Check(value.ptr()) || nb::hasattr(value, "__float__")) {
    const nb::object number = nb::steal(PyNumber_Float(value.ptr()));
    if (!number.is_valid()) throw nb::python_error();
    const double plain = nb::cast<double>(number);
    // 3.0 is the number 3, also where a whole one is expected.
    return field_to_string(plain);
  }
  throw UsageError("{}: expected a number, text, truth value or list of numbers, found {}", name,
                   shown(value));
}

}  // namespace

std::string text_of(std::string_view name, nb::handle value) {
  if (is_truth(value)) return nb::cast<bool>(nb::bool_(value)) ? "true" : "false";
  if (nb::isinstance<nb::str>(value)) return nb::cast<std::string>(value);
  if (nb::hasattr(value, "__fspath__")) {
    return nb::cast<std::string>(nb::str(value.attr("__fspath__")()));
  }
  if (!nb::isinstance<nb::list>(value) && !nb::isinstance<nb::tuple>(value)) {
    return text_of_number(name, value);
  }
  std::string items;
  for (const nb::handle item : value) {
    items += (items.empty() ? "" : ",") + text_of_number(name, item);
  }
  return items;
}

void refuse_keyword(std::string_view call, std::string_view name,
                    const std::vector<std::string_view>& known) {
  throw UsageError("{}: there is no option '{}'{}", call, name,
                   known_names(std::string(name), known));
}

}  // namespace anole::python
