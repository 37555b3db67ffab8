#pragma once

// What a run folder, a bundle or a checkpoint holds, read in one way for `eval` and `info`.

#include <filesystem>
#include <optional>
#include <string>

#include "anole/bundle/bundle.h"
#include "anole/core/meta_state.h"
#include "anole/models/model_spec.h"
#include "anole/runs/options.h"

namespace anole {

struct Stored {
  std::string kind;            // "bundle" or "checkpoint"
  std::filesystem::path path;  // of the file
  ModelSpec spec = {};
  MetaState meta = {};
  std::optional<Bundle> bundle = {};  // of a bundle: all of it but its meta, which is `meta`
  // What became of pictures or columns, of a checkpoint as its options say; none where there is
  // nothing to know.
  std::optional<Preprocessing> preprocessing = {};
  // Of a lone file: output options at their defaults. With data.known, where the classes of the
  // training are remembered: loaded anew, they are in the same parts.
  TrainOptions options = {};
  std::string training = "{}";    // JSON object: what determined the result
  std::string dataset_hash = "";  // of the training's data
  std::string split_name = "";    // of its classes, as resolved
  std::string run = "{}";         // JSON object: run.json of the folder, if there is one
  std::string note = "";          // why not the newest checkpoint was loaded; or empty
};

// Reads `path`: a run folder (its bundle, or else its newest checkpoint), a bundle (*.anole) or a
// checkpoint. Throws Error for anything else.
Stored load_stored(const std::filesystem::path& path);

}  // namespace anole
