#include "anole/program/calibration.h"

#include <algorithm>

#include "anole/calibrate/calibrate.h"
#include "anole/core/parallel.h"
#include "anole/distributions/class_distribution.h"

namespace anole {
namespace {

// The run's own sizes, and those that a user's classes may have: others take the nearest.
GridOptions sizes_of(const TrainOptions& options) {
  GridOptions sizes{.ways = {2, 5, 10, 20}, .shots = {1, 5}};
  const auto add = [](std::vector<int>& list, int value) {
    if (std::ranges::find(list, value) == list.end()) list.push_back(value);
  };
  add(sizes.ways, options.ways);
  add(sizes.shots, options.shots);
  return sizes;
}

}  // namespace

std::string calibrate_bundle(const Experiment& experiment, const std::filesystem::path& path,
                             const CalibrateRun& how) {
  const auto* data = experiment.distribution().classes();
  if (data == nullptr || how.tasks == 0) return "";
  auto bundle = load_bundle(path);
  if (!bundle.calibration.empty()) return "";
  const auto part =
      experiment.distribution().has(Part::kValidation) ? Part::kValidation : Part::kTrain;
  bundle.calibration = calibrate_start({.bundle = bundle,
                                        .dataset = data->dataset,
                                        .classes = classes_of(data->split, part),
                                        .make = learners(how.engine),
                                        .threads = resolved_threads(experiment.options().threads),
                                        .options = sizes_of(experiment.options()),
                                        .tasks = how.tasks,
                                        .seed = experiment.options().seed,
                                        .progress = how.progress});
  if (bundle.calibration.empty()) {
    return "not calibrated: the classes are too few, or have too few items";
  }
  save_bundle(path, bundle);
  return "";
}

}  // namespace anole
