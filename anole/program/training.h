#pragma once

// A training as a user asks for it: a config, own data or nothing, and options over it. The command
// line and the Python package both train what this says.

#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "anole/make_learner.h"
#include "anole/program/arguments.h"
#include "anole/program/own_data.h"
#include "anole/runs/options.h"

namespace anole {

// What a config may set.
struct TrainConfig {
  TrainOptions train = {};
  Engine engine = Engine::kFused;
  int calibration_tasks = 100;
  bool report = true;
  bool tensorboard = false;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&TrainConfig::train},
        Field{"engine", &TrainConfig::engine,
              "fused, onednn (its peer) or reference (plain loops)"},
        Field{
            "calibration_tasks",
            &TrainConfig::calibration_tasks,
            "tasks of each size by which the bundle's probabilities are calibrated at the end; 0: "
            "not calibrated",
            {.min = 0, .output = true}},
        Field{"report",
              &TrainConfig::report,
              "write report.html at the end",
              {.output = true, .off = "leave out report.html, which saves some seconds"}},
        Field{"tensorboard",
              &TrainConfig::tensorboard,
              "write event files for TensorBoard into the run folder",
              {.output = true}}};
  }
};
std::vector<FlagInfo> config_keys();

struct TrainingRequest {
  TrainConfig config = {};
  bool own_data = false;                // the user's own files, named without a config
  std::vector<std::string> notes = {};  // what was found out about them, a line each
};

// Flag over config over default. The one positional, if any, is a config, its name or own data,
// which comes with a recipe that is fitted to it. Without it glyphs come with the settings of
// configs/glyphs.toml; the defaults of TrainOptions are the paper's, which take half an hour.
// `resume`: a run folder, whose own options come first; empty: a new run. Throws UsageError for
// what is neither, and Error for data that cannot be trained on.
TrainingRequest training_request(const Arguments& arguments, const std::filesystem::path& resume);

// The same for rows in memory, in the place of the data: without a config and a run folder it is the
// recipe of own data, fitted to them. Throws UsageError for data that is named beside them.
TrainingRequest training_request(const Arguments& arguments, const RowsInMemory& rows,
                                 const std::filesystem::path& resume = {});

// Before the data is loaded, so that a changed option is named rather than its consequences. Throws
// Error for one that the run in `resume` does not have, or if another process works on it.
void require_resumable(const Arguments& arguments, const TrainConfig& config,
                       const std::filesystem::path& resume);

}  // namespace anole
