#pragma once

// What a run writes about itself: run.json, checkpoints and the bundle at the end.

#include <cstdint>
#include <filesystem>

#include "anole/adapt/learner.h"
#include "anole/bundle/bundle.h"
#include "anole/core/meta_state.h"
#include "anole/runs/checkpoint.h"
#include "anole/train/experiment.h"

namespace anole {

// Writes run.json. `threads` as started.
void write_run_record(const std::filesystem::path& run_folder, const Experiment& experiment,
                      const Learner& learner, int threads);

// What resume and eval need to start from; all that determines the result, and nothing else.
Checkpoint make_checkpoint(const Experiment& experiment, const Learner& learner,
                           const MetaState& meta, std::int64_t iteration);
Bundle make_bundle(const Experiment& experiment, const Checkpoint& checkpoint);

}  // namespace anole
