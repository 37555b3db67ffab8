// The extension module anole._anole.

#include "anole/version.h"
#include "python/src/bind.h"

NB_MODULE(_anole, module) {
  module.doc() = "The C++ side of the package anole.";
  module.attr("__version__") = anole::kVersion;
  anole::python::bind_errors(module);
  anole::python::bind_options(module);
  anole::python::bind_adapter(module);
}
