// The extension module anole._anole.

#include "anole/version.h"
#include "python/src/bind.h"

NB_MODULE(_anole, module) {
  module.doc() = "The C++ side of the package anole.";
  module.def("version", [] { return anole::kVersion; });
  anole::python::bind_errors(module);
  anole::python::bind_adapter(module);
  anole::python::bind_class_dataset(module);
  anole::python::bind_training(module);
  anole::python::bind_evaluation(module);
  anole::python::bind_tasks(module);
}
