#pragma once

// A run folder's run.json: every option, versions, machine, data and protocol. It is for people and
// for finding the options again; what determines the result is also in checkpoint and bundle.

#include <filesystem>
#include <string>
#include <string_view>

#include "anole/bundle/bundle.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/options.h"

namespace anole {

// Makes options.out, or the first free runs/<dataset>-<n>, and returns it. Throws Error if it
// exists.
std::filesystem::path make_run_folder(const TrainOptions& options);

// What a run or a bundle was made with.
struct RunRecord {
  TrainOptions options = {};  // of a bundle: output options at their defaults
  std::string engine;         // "fused", "reference"
};

// Throws Error if the folder is no run, or its options are not ones that this program knows.
RunRecord read_run_record(const std::filesystem::path& run_folder);
RunRecord read_run_record(const Bundle& bundle);

// The options that determined the result of `checkpoint`. Throws Error, beginning with `where`, for
// ones that this program does not know.
TrainOptions options_of(const Checkpoint& checkpoint, std::string_view where);

// JSON of what determined the result of `checkpoint`: options, iteration, engine, data.
std::string training_json(const Checkpoint& checkpoint);

// Throws Error naming both values if an option that determines the result, the data or the engine
// of `now` is not that of the run in `run_folder`.
void require_same_run(const Checkpoint& run, const Checkpoint& now,
                      const std::filesystem::path& run_folder);

// Why a resumed run may not give the bits of an uninterrupted one: another instruction set or
// kernel library. Empty if there is no such reason.
std::string changed_machine(const Checkpoint& run, const Checkpoint& now);

}  // namespace anole
