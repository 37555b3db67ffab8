#pragma once

// At the end of meta-training: what an initialisation's probabilities are worth once it is adapted,
// and how often it is right, by number of classes and of examples.

#include <cstdint>
#include <vector>

#include "anole/bundle/calibration.h"
#include "anole/expect/grid.h"

namespace anole {

// One point for each place of the grid that plan.classes reach, in their order: temperature,
// threshold, accuracy, and how good the first two are. Tasks are adapted and asked as an Adapter
// does it; each is also asked about up to as many classes that it does not know as it has. Of more
// than 5 ways there are fewer than plan.tasks tasks, about as many rows, but at least 20. The same
// bits on any number of threads.
std::vector<CalibrationPoint> calibrate_start(const GridPlan& plan);

// How a bundle's calibration does on tasks that it was not fitted on.
struct CalibrationCheck {
  CalibrationPoint point = {};    // that was used: the nearest; temperature 1 where there is none
  double error = 0;               // expected calibration error, in [0, 1]
  double error_without = 0;       // the same at temperature 1
  double separation = 0.5;        // of known and strange rows, as CalibrationPoint
  double known = 0, strange = 0;  // shares of them at or above the threshold
  std::int64_t rows = 0;          // known rows
};

// At the one place that plan.options names. Throws Error if the classes do not reach it.
CalibrationCheck check_calibration(const GridPlan& plan);

}  // namespace anole
