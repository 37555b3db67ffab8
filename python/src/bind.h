#pragma once

// The parts of the extension module anole._anole, a function a file. What is here is for the
// package's own .py files, which check and convert what users pass; users import anole.

#include <nanobind/nanobind.h>

namespace anole::python {

void bind_errors(nanobind::module_& module);         // Error, UsageError, NonFiniteError
void bind_adapter(nanobind::module_& module);        // a bundle that adapts and answers
void bind_class_dataset(nanobind::module_& module);  // rows with labels in memory
void bind_training(nanobind::module_& module);
void bind_evaluation(nanobind::module_& module);
void bind_tasks(nanobind::module_& module);

}  // namespace anole::python
