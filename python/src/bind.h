#pragma once

// The parts of the extension module anole._anole, a function a file. What is here is for the
// package's own .py files, which check and convert what users pass; users import anole.

#include <nanobind/nanobind.h>

namespace anole::python {

void bind_errors(nanobind::module_& module);   // Error, UsageError, NonFiniteError
void bind_adapter(nanobind::module_& module);  // a bundle that adapts and answers

}  // namespace anole::python
