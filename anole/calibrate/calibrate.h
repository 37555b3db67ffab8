#pragma once

// At the end of meta-training: what an initialisation's probabilities are worth once it is adapted,
// and how often it is right, by number of classes and of examples.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "anole/bundle/bundle.h"
#include "anole/distributions/class_distribution.h"

namespace anole {

// Tasks of so many classes and examples a class.
struct TaskSize {
  int ways = 0, shots = 0;
  bool operator==(const TaskSize&) const = default;
};

struct CalibrateOptions {
  int tasks =
      100;  // of 5 classes, or fewer; of more so many less, but at least 20, or all of these
  std::uint64_t seed = 0;
  int threads = 0;  // 0: all cores; no influence on results
  std::function<void(double fraction)> progress = {};
};

// The sizes of `wanted` that the classes of `part` can fill, with a query row of each class.
std::vector<TaskSize> sizes_within(const LoadedData& data, Part part,
                                   const std::vector<TaskSize>& wanted);

// One point for each of `sizes`, in their order: temperature, threshold, accuracy and how good they
// are, over `options.tasks` tasks of `part`. They are adapted and asked as an Adapter does it with
// statistics of the support rows; a task has up to as many classes that it does not know as classes
// that it does. The same bits on any number of threads.
std::vector<CalibrationPoint> calibrate_start(
    const Bundle& start, const LoadedData& data, Part part, const std::vector<TaskSize>& sizes,
    const std::function<std::unique_ptr<Learner>(const ModelSpec&)>& make,
    const CalibrateOptions& options);

// How a bundle's calibration does on tasks that it was not fitted on.
struct CalibrationCheck {
  CalibrationPoint point = {};    // that was used: the nearest; temperature 1 where there is none
  double error = 0;               // expected calibration error, in [0, 1]
  double error_without = 0;       // the same at temperature 1
  double separation = 0.5;        // of known and strange rows, as CalibrationPoint
  double known = 0, strange = 0;  // shares of them at or above the threshold
  std::int64_t rows = 0;          // known rows
};
CalibrationCheck check_calibration(
    const Bundle& start, const LoadedData& data, Part part, TaskSize size,
    const std::function<std::unique_ptr<Learner>(const ModelSpec&)>& make,
    const CalibrateOptions& options);

}  // namespace anole
