#include "anole/runs/run_record.h"

#include <system_error>
#include <utility>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/runs/run_files.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// Makes `folder`; false if something of that name exists.
bool make_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  const bool made = !error && fs::create_directory(folder, error);
  std::error_code ignored;
  if (error && !fs::exists(folder, ignored)) {
    throw Error("{}: cannot make the run folder: {}; choose another --out", folder.string(),
                error.message());
  }
  return made;
}

// Options of a run as they were meant: before there was a choice, pictures of an image_folder took
// the nearest neighbour.
Json meant(Json options) {
  if (options.is_object() && !options.contains("resize") &&
      options.value("dataset", Json()) == "image_folder") {
    options["resize"] = enum_name(ResizeRule::kNearest);
  }
  return options;
}

RunRecord record_from(const Json& json, std::string_view where) {
  RunRecord record;
  if (!json.is_object() || !json.contains("options") || !json.contains("engine")) {
    throw Error("{}: expected an object with \"options\" and \"engine\"; was it written by anole?",
                where);
  }
  fields_from_json(meant(json["options"]), record.options, where);
  if (!json["engine"].is_string()) throw Error("{}: \"engine\" is not a text", where);
  record.engine = json["engine"];
  return record;
}

[[noreturn]] void refuse(std::string_view name, std::string_view now, std::string_view then,
                         const fs::path& run_folder) {
  throw Error(
      "{} is {}, but the run in {} was made with {}; a resumed run takes only threads and output "
      "options: leave {} out, or start a new run with another --out",
      name, now, run_folder.string(), then, name);
}

void require_same_options(const Json& run, const Json& now, const fs::path& run_folder) {
  const auto defaults = result_fields_to_json(TrainOptions{});
  for (const auto& [name, value] : now.items()) {
    const auto then = run.find(name);
    if (then == run.end()) {  // a new option's default is what was done before there was one
      if (value == defaults[name]) continue;
      refuse(name, value.dump(), "an anole that had no such option", run_folder);
    }
    if (*then != value) refuse(name, value.dump(), then->dump(), run_folder);
  }
}

}  // namespace

fs::path make_run_folder(const TrainOptions& options) {
  if (!options.out.empty()) {
    if (make_folder(options.out)) return options.out;
    throw Error(
        "{} exists, expected the name of a new run folder; choose another --out, or continue that "
        "run with --resume {}",
        options.out.string(), options.out.string());
  }
  for (int n = 1;; ++n) {
    const auto folder = fs::path("runs") / fmt::format("{}-{}", options.data.dataset, n);
    if (make_folder(folder)) return folder;
  }
}

RunRecord read_run_record(const fs::path& run_folder) {
  const auto path = run_folder / kRunFile;
  if (!path_exists(path)) {
    throw Error("{}: no run folder: it has no {}; expected a folder that 'anole train' made",
                run_folder.string(), kRunFile);
  }
  return record_from(parse_json(read_file(path), path.string()), path.string());
}

RunRecord read_run_record(const Bundle& bundle) {
  return record_from(parse_json(bundle.training, "bundle: training"), "bundle: training");
}

TrainOptions options_of(const Checkpoint& checkpoint, std::string_view where) {
  TrainOptions options;
  fields_from_json(meant(parse_json(checkpoint.options_json, where)), options, where);
  return options;
}

std::string training_json(const Checkpoint& checkpoint) {
  const Json training{{"options", parse_json(checkpoint.options_json, "options")},
                      {"iteration", checkpoint.iteration},
                      {"engine", checkpoint.engine},
                      {"isa", checkpoint.isa},
                      {"kernel_version", checkpoint.kernel_version},
                      {"dataset_hash", checkpoint.dataset_hash},
                      {"split", checkpoint.split_name}};
  return dump_json(training, "training");
}

void require_same_run(const Checkpoint& run, const Checkpoint& now, const fs::path& run_folder) {
  if (run.engine != now.engine) refuse("engine", now.engine, run.engine, run_folder);
  require_same_options(meant(parse_json(run.options_json, "checkpoint options")),
                       parse_json(now.options_json, "options"), run_folder);
  if (run.dataset_hash != now.dataset_hash) {
    throw Error(
        "the data is not that of the run in {}: its hash is {}, the run's is {}; point --data at "
        "the data that the run began with, or start a new run",
        run_folder.string(), now.dataset_hash, run.dataset_hash);
  }
  require_same_model(run, now.spec);
}

std::string changed_machine(const Checkpoint& run, const Checkpoint& now) {
  if (run.isa == now.isa && run.kernel_version == now.kernel_version) return {};
  return fmt::format(
      "the run so far used instruction set {} and kernels {}, it goes on with {} and {}: the "
      "result "
      "is valid, but not bit for bit that of an uninterrupted run",
      run.isa, run.kernel_version, now.isa, now.kernel_version);
}

}  // namespace anole
