#include "anole/runs/checkpoint.h"

#include <system_error>

#include "anole/bundle/class_parts_json.h"
#include "anole/bundle/state_tensors.h"
#include "anole/bundle/version1.h"
#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/io/container.h"
#include "anole/io/json.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr ContainerKind kKind{
    .format = "anole-checkpoint",
    .noun = "checkpoint",
    .version = 2,
    .advice = "use the other checkpoint file of the run, previous.checkpoint, or train again"};

void check_options(const Checkpoint& checkpoint, std::string_view where) {
  if (!parse_json(checkpoint.options_json, fmt::format("{}: options", where)).is_object()) {
    throw Error("{}: options: expected a JSON object", where);
  }
}

TensorFile to_file(const Checkpoint& checkpoint, std::string_view where) {
  check_options(checkpoint, where);
  ANOLE_CHECK(checkpoint.iteration >= 0);
  TensorFile file;
  file.metadata = {{"iteration", fmt::format("{}", checkpoint.iteration)},
                   {"options", checkpoint.options_json},
                   {"spec", to_json(checkpoint.spec)},
                   {"dataset_hash", checkpoint.dataset_hash},
                   {"split", checkpoint.split_name},
                   {"engine", checkpoint.engine},
                   {"isa", checkpoint.isa},
                   {"kernel_version", checkpoint.kernel_version}};
  if (!checkpoint.classes.empty()) {
    file.metadata.emplace_back("classes", dump_json(to_json(checkpoint.classes), where));
  }
  put_state(signature_of(checkpoint.spec), checkpoint.meta, file);
  return file;
}

bool is_there(const fs::path& path) {
  std::error_code error;  // a file that cannot be looked at is found out when it is read
  return fs::exists(path, error) || error;
}

std::string describe(const ModelSpec& spec) {
  const auto model = layout(spec);
  return fmt::format("'{}' ({} input, {} layers, {} outputs, {} parameters)", spec.name,
                     describe(spec.input), spec.layers.size(), model.outputs, model.parameters);
}

}  // namespace

MetaState evaluation_state(MetaState meta) {
  const auto* average = meta.find_extra(kAverage);
  if (average == nullptr) return meta;
  meta.params = *average;
  std::erase_if(meta.extras, [](const NamedVector& extra) { return extra.name == kAverage; });
  return meta;
}

void save_checkpoint(const fs::path& file, const Checkpoint& checkpoint) {
  save_container(file, kKind, to_file(checkpoint, file.string()));
}

Checkpoint load_checkpoint(const fs::path& path) {
  const auto where = path.string();
  const auto file = load_container(path, kKind);
  Checkpoint checkpoint;
  checkpoint.iteration = get_count(file, "iteration", where);
  checkpoint.options_json = get_text(file, "options", where);
  check_options(checkpoint, where);
  checkpoint.spec = get_spec(file, where);
  checkpoint.dataset_hash = get_text(file, "dataset_hash", where);
  checkpoint.split_name = get_text(file, "split", where);
  checkpoint.engine = get_text(file, "engine", where);
  checkpoint.isa = get_text(file, "isa", where);
  checkpoint.kernel_version = get_text(file, "kernel_version", where);
  if (const auto* classes = file.find_metadata("classes")) {
    const auto place = fmt::format("{}: classes", where);
    checkpoint.classes = class_parts_from_json(parse_json(*classes, place), place);
  }
  checkpoint.meta =
      get_state(signature_of(checkpoint.spec), file, where,
                moment_rows_of_version_1(checkpoint.options_json, checkpoint.spec.loss));
  return checkpoint;
}

void save_latest(const fs::path& run_folder, const Checkpoint& checkpoint) {
  const auto path = run_folder / kLatestCheckpoint;
  // A damaged file must not take the place of the good one that the run was resumed from.
  const bool keep = is_whole_container(path, kKind);
  save_container(path, kKind, to_file(checkpoint, path.string()),
                 keep ? run_folder / kPreviousCheckpoint : fs::path());
}

LoadedCheckpoint load_latest(const fs::path& run_folder) {
  const auto latest = run_folder / kLatestCheckpoint, previous = run_folder / kPreviousCheckpoint;
  if (!is_there(latest) && !is_there(previous)) {
    throw Error("{} holds no checkpoint: expected {} or {}; is it a run folder?",
                run_folder.string(), kLatestCheckpoint, kPreviousCheckpoint);
  }
  std::string fault;
  try {
    return {.checkpoint = load_checkpoint(latest), .path = latest, .note = {}};
  } catch (const Error& error) {
    fault = error.what();
  }
  if (!is_there(previous)) throw Error("{}; there is no {}", fault, previous.string());
  try {
    return {.checkpoint = load_checkpoint(previous),
            .path = previous,
            .note = fmt::format("{}; going on from {}", fault, previous.string())};
  } catch (const Error& error) {
    throw Error("no checkpoint can be used: {}; {}", fault, error.what());
  }
}

void require_same_model(const Checkpoint& checkpoint, const ModelSpec& spec) {
  if (checkpoint.spec == spec) return;
  throw Error(
      "checkpoint of another model: it holds {}, this run trains {}; resume with the options "
      "of the run that wrote it",
      describe(checkpoint.spec), describe(spec));
}

}  // namespace anole
