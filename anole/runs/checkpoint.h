#pragma once

// What a run can be resumed from. A checkpoint holds only what determines the result (no thread
// count, paths, times, CPU or host), so equal results are equal bytes. Format: docs/formats.md.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "anole/core/meta_state.h"
#include "anole/data/dataset.h"
#include "anole/models/model_spec.h"

namespace anole {

// The moving average of the params, an extra vector of a state after the first meta-iteration.
inline constexpr std::string_view kAverage = "average";

struct Checkpoint {
  MetaState meta;                   // with the option `average`: its extra vector kAverage
  std::int64_t iteration = 0;       // meta-iterations done, >= 0
  std::string options_json = "{}";  // JSON object: the options not marked `output`, by name
  ModelSpec spec;
  std::string dataset_hash, split_name;
  std::string engine, isa, kernel_version;  // the promise of equal bits holds for one triple
  ClassParts classes = {};                  // of the training, where the data is the user's own
};

// What is evaluated and shipped: `meta`, with the average for params where there is one.
MetaState evaluation_state(MetaState meta);

// One file. Saving is atomic; a checkpoint whose values are not finite is refused, so that it never
// takes the place of a good one. Loading throws Error for a file that is damaged, foreign, of a
// newer version, or that lacks tensors of its model. Reads versions 1 and 2.
void save_checkpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);
Checkpoint load_checkpoint(const std::filesystem::path& file);

// The two files of a run folder: the newest, and the one before it for the case that the newest is
// damaged. One of the two is whole at any moment.
inline constexpr const char* kLatestCheckpoint = "latest.checkpoint";
inline constexpr const char* kPreviousCheckpoint = "previous.checkpoint";

// Saves the newest and keeps the one that was newest as the previous.
void save_latest(const std::filesystem::path& run_folder, const Checkpoint& checkpoint);

struct LoadedCheckpoint {
  Checkpoint checkpoint;
  std::filesystem::path path;  // of the file that was loaded
  std::string note;            // empty, or why the previous checkpoint is the one that was loaded
};

// Loads the newest, or else the previous one and says so. Throws Error if the folder holds neither,
// or naming the fault of both.
LoadedCheckpoint load_latest(const std::filesystem::path& run_folder);

// Throws Error naming both models if the checkpoint's is not `spec`.
void require_same_model(const Checkpoint& checkpoint, const ModelSpec& spec);

}  // namespace anole
