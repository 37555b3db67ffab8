// The library's exceptions as those of anole/_errors.py.

#include "anole/adapt/adapt_all.h"
#include "anole/core/error.h"
#include "python/src/bind.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

// They live as long as Python does.
struct Types {
  PyObject *error, *usage, *diverged;
};

void translate(const std::exception_ptr& thrown, void* payload) {
  const auto& types = *static_cast<const Types*>(payload);
  try {
    std::rethrow_exception(thrown);
  } catch (const NonFiniteError& error) {
    PyErr_SetString(types.diverged, error.what());
  } catch (const UsageError& error) {
    PyErr_SetString(types.usage, error.what());
  } catch (const Error& error) {
    PyErr_SetString(types.error, error.what());
  }
}

}  // namespace

void bind_errors(nb::module_&) {
  const auto errors = nb::module_::import_("anole._errors");
  const auto type = [&](const char* name) { return nb::object(errors.attr(name)); };
  static const Types types{type("Error").release().ptr(), type("UsageError").release().ptr(),
                           type("NonFiniteError").release().ptr()};
  nb::register_exception_translator(translate, const_cast<Types*>(&types));
}

}  // namespace anole::python
