#pragma once

// The evaluation that anole.evaluate runs, and whose tasks anole.tasks hands out.

#include <nanobind/nanobind.h>

#include <span>

#include "anole/program/evaluation.h"
#include "python/src/class_dataset.h"

namespace anole::python {

// Of the run folder or bundle at `source`, under `keywords`, each one of `known`; on `data` in the
// place of files, if it is not null. Python's other threads run while it is prepared. Throws as
// eval_request and prepare_evaluation do.
Evaluation stored_evaluation(const nanobind::object& source, const nanobind::dict& keywords,
                             std::span<const FlagInfo> known, const ClassData* data);

}  // namespace anole::python
