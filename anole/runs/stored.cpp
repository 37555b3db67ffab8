#include "anole/runs/stored.h"

#include <utility>

#include "anole/bundle/bundle.h"
#include "anole/core/error.h"
#include "anole/data/pictures.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_record.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string text_in(const std::string& training, const char* key) {
  const auto json = parse_json(training, "training");
  const auto text = json.find(key);
  return text != json.end() && text->is_string() ? text->get<std::string>() : std::string();
}

void remember(const ClassParts& classes, TrainOptions& options) {
  if (!classes.empty()) options.data.known = classes;
}

// How a run with these options makes rows of pictures.
std::optional<Preprocessing> pictures_of(const DataOptions& options, const Shape& row) {
  if (!has_pictures(options.dataset)) return {};
  auto how = picture_form(options, usual_pictures(options.dataset));
  how.shape = row;
  how.invert = options.invert == Invert::kYes;
  if (how.invert) how.ground = Ground::kUnknown;
  return how;
}

Stored from_bundle(const fs::path& path) {
  auto bundle = load_bundle(path);
  Stored stored{.kind = "bundle",
                .path = path,
                .spec = bundle.spec,
                .meta = std::move(bundle.meta),
                .options = read_run_record(bundle).options,
                .training = bundle.training,
                .dataset_hash = text_in(bundle.training, "dataset_hash"),
                .split_name = text_in(bundle.training, "split")};
  remember(bundle.classes, stored.options);
  bundle.meta = {};
  if (bundle.preprocessing.shape.channels != 0) stored.preprocessing = bundle.preprocessing;
  stored.bundle = std::move(bundle);
  return stored;
}

Stored from_checkpoint(const fs::path& path, const Checkpoint& checkpoint, std::string note) {
  Stored stored{.kind = "checkpoint",
                .path = path,
                .spec = checkpoint.spec,
                .meta = evaluation_state(checkpoint.meta),
                .training = training_json(checkpoint),
                .dataset_hash = checkpoint.dataset_hash,
                .split_name = checkpoint.split_name,
                .note = std::move(note)};
  stored.options = options_of(checkpoint, path.string());
  remember(checkpoint.classes, stored.options);
  stored.preprocessing = pictures_of(stored.options.data, stored.spec.input);
  return stored;
}

Stored from_folder(const fs::path& folder) {
  const auto record = read_run_record(folder);  // refuses what is no run folder
  Stored stored;
  if (path_exists(folder / kBundleFile)) {
    stored = from_bundle(folder / kBundleFile);
  } else {
    const auto loaded = load_latest(folder);
    stored = from_checkpoint(loaded.path, loaded.checkpoint, loaded.note);
  }
  auto known = std::move(stored.options.data.known);
  stored.options = record.options;
  stored.options.data.known = std::move(known);
  stored.run = read_file(folder / kRunFile);
  return stored;
}

}  // namespace

Stored load_stored(const fs::path& path) {
  if (!path_exists(path)) {
    throw Error("{}: no such file or folder; expected a run folder, bundle or checkpoint",
                path.string());
  }
  if (is_folder(path)) return from_folder(path);
  if (path.extension() == ".checkpoint") return from_checkpoint(path, load_checkpoint(path), "");
  return from_bundle(path);
}

}  // namespace anole
