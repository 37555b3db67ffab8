// The library's exceptions as Python's. A mistake in the call is a ValueError too, as Python's
// users expect; every other one a RuntimeError.

#include "anole/adapt/adapt_all.h"
#include "anole/core/error.h"
#include "python/src/bind.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

// They are met as anole.Error, also by pickle.
void call_home(nb::handle type, const char* text) {
  type.attr("__module__") = "anole";
  type.attr("__doc__") = text;
}

}  // namespace

void bind_errors(nb::module_& module) {
  // A later one is tried first, so that the most special one takes what it fits.
  const nb::exception<Error> error(module, "Error", PyExc_RuntimeError);
  call_home(error,
            "A mistake of the caller or of a file: the message says what was found, what was "
            "expected, where, and what to do next.");
  const nb::exception<UsageError> usage(module, "UsageError",
                                        nb::make_tuple(error, nb::handle(PyExc_ValueError)));
  call_home(usage, "A mistake in the call itself: an unknown option, a value out of range.");
  const nb::exception<NonFiniteError> diverged(module, "NonFiniteError", error);
  call_home(diverged, "The adaptation diverged: a loss or parameter is not finite.");
}

}  // namespace anole::python
