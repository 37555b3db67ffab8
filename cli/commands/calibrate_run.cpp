#include "cli/commands/calibrate_run.h"

#include "anole/calibrate/calibrate.h"
#include "cli/terminal.h"

namespace anole::cli {
namespace {

// The run's own size, and those that a user's classes may have: others take the nearest. A head
// that is trained for its own number of classes alone is measured with that.
std::vector<TaskSize> sizes_of(const TrainOptions& options) {
  std::vector<TaskSize> sizes{{options.ways, options.shots}};
  for (const int shots : {1, 5}) {
    sizes.push_back({options.ways, shots});
    if (!options.label_symmetry) continue;
    for (const int ways : {2, 5, 10, 20}) sizes.push_back({ways, shots});
  }
  return sizes;
}

}  // namespace

void calibrate_bundle(const Experiment& experiment, const std::filesystem::path& path,
                      const CalibrateRun& how) {
  const auto* data = experiment.distribution().classes();
  if (data == nullptr || how.tasks == 0) return;
  auto bundle = load_bundle(path);
  if (!bundle.calibration.empty()) return;
  const auto part =
      experiment.distribution().has(Part::kValidation) ? Part::kValidation : Part::kTrain;
  ProgressLine line(how.shown);
  bundle.calibration = calibrate_start(
      bundle, *data, part, sizes_within(*data, part, sizes_of(experiment.options())),
      learners(how.engine),
      {.tasks = how.tasks,
       .seed = experiment.options().seed,
       .threads = experiment.options().threads,
       .progress = [&](double fraction) { line.show(fraction, {"calibrating"}); }});
  save_bundle(path, bundle);
}

}  // namespace anole::cli
