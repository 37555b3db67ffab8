#pragma once

// The end of a training: what the bundle's probabilities are worth.

#include <filesystem>
#include <functional>
#include <string>

#include "anole/make_learner.h"
#include "anole/train/experiment.h"

namespace anole {

struct CalibrateRun {
  Engine engine = Engine::kFused;
  int tasks = 100;                                 // of each size; 0: nothing is done
  std::function<void(double done)> progress = {};  // the share that is done; may be empty
};

// Measures it on the run's validation classes, or where there are none on training classes, and
// writes it into `bundle`. Nothing where the bundle has it already, or its tasks have no classes.
// Gives a line that the user should read, or nothing.
std::string calibrate_bundle(const Experiment& experiment, const std::filesystem::path& bundle,
                             const CalibrateRun& how);

}  // namespace anole
