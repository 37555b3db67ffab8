#include "anole/train/run_record.h"

#include <ctime>
#include <system_error>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/run_files.h"
#include "anole/version.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// Makes `folder`; false if something of that name exists.
bool make_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  const bool made = !error && fs::create_directory(folder, error);
  if (error && !fs::exists(folder)) {
    throw Error("{}: cannot make the run folder: {}; choose another --out", folder.string(),
                error.message());
  }
  return made;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[sizeof "2000-01-01T00:00:00Z"];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Json dataset_json(const Experiment& experiment) {
  Json json{{"name", experiment.dataset_name()}};
  const auto* data = experiment.data();
  if (data == nullptr) return json;
  const auto& shape = data->dataset.shape();
  json["split"] = data->split_name;
  json["split_seed"] = experiment.options().data.split_seed;
  json["hash"] = experiment.dataset_hash();
  json["row"] = {shape.channels, shape.height, shape.width};
  json["train_classes"] = data->split.train.size();  // rotations counted
  json["validation_classes"] = data->split.validation.size();
  json["test_classes"] = data->split.test.size();
  return json;
}

Json protocol_json(const TrainOptions& options) {
  return {{"training",
           {{"ways", options.ways},
            {"shots", options.train_shots},
            {"inner_batch", options.inner_batch},
            {"inner_steps", options.inner_steps},
            {"tail", field_to_json(options.tail)},
            {"meta_learner", field_to_json(options.meta_learner)},
            {"step_weights", options.step_weights},
            {"meta_batch", options.meta_batch}}},
          {"evaluation",
           {{"ways", options.ways},
            {"shots", options.shots},
            {"queries", options.eval.queries},
            {"inner_batch", options.eval.eval_batch},
            {"inner_steps", options.eval.eval_steps},
            {"tasks", options.eval.tasks}}},
          {"optimizer_state", field_to_json(options.inner.optimizer_state)},
          {"loss_reduction", field_to_json(options.loss_reduction)},
          {"batch_norm", "statistics of the batch; no running averages"}};
}

RunRecord record_from(const Json& json, std::string_view where) {
  RunRecord record;
  if (!json.is_object() || !json.contains("options") || !json.contains("engine")) {
    throw Error("{}: expected an object with \"options\" and \"engine\"; was it written by anole?",
                where);
  }
  fields_from_json(json["options"], record.options, where);
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

void write_run_record(const fs::path& run_folder, const Experiment& experiment,
                      const Learner& learner, int threads) {
  auto options = experiment.options();
  options.out = run_folder;
  if (!options.data.data.empty()) options.data.data = fs::absolute(options.data.data);
  const Json json{
      {"anole", kVersion},
      {"started", utc_now()},
      {"options", fields_to_json(options)},
      {"engine", learner.engine()},
      {"kernel_version", learner.kernel_version(options.inner.precision)},
      {"isa", isa_name(isa())},
      {"cpu", cpu_name()},
      {"cores", available_cores()},
      {"threads", threads},
      {"dataset", dataset_json(experiment)},
      {"model",
       {{"name", experiment.spec().name}, {"parameters", layout(experiment.spec()).parameters}}},
      {"protocol", protocol_json(options)}};
  write_run_file(run_folder, dump_json(json, kRunFile, 2));
}

RunRecord read_run_record(const fs::path& run_folder) {
  const auto path = run_folder / kRunFile;
  if (!fs::exists(path)) {
    throw Error("{}: no run folder: it has no {}; expected a folder that 'anole train' made",
                run_folder.string(), kRunFile);
  }
  return record_from(parse_json(read_file(path), path.string()), path.string());
}

RunRecord read_run_record(const Bundle& bundle) {
  return record_from(parse_json(bundle.training, "bundle: training"), "bundle: training");
}

Checkpoint make_checkpoint(const Experiment& experiment, const Learner& learner,
                           const MetaState& meta, std::int64_t iteration) {
  const auto options = result_fields_to_json(experiment.options());
  return {
      .meta = meta,
      .iteration = iteration,
      .options_json = dump_json(options, "options"),
      .spec = experiment.spec(),
      .dataset_hash = experiment.dataset_hash(),
      .split_name = experiment.split_name(),
      .engine = std::string(learner.engine()),
      .isa = std::string(isa_name(isa())),
      .kernel_version = std::string(learner.kernel_version(experiment.options().inner.precision))};
}

Bundle make_bundle(const Experiment& experiment, const Checkpoint& checkpoint) {
  const Json training{{"anole", kVersion},
                      {"options", parse_json(checkpoint.options_json, "options")},
                      {"iteration", checkpoint.iteration},
                      {"engine", checkpoint.engine},
                      {"isa", checkpoint.isa},
                      {"kernel_version", checkpoint.kernel_version},
                      {"dataset_hash", checkpoint.dataset_hash},
                      {"split", checkpoint.split_name}};
  return {.spec = checkpoint.spec,
          .meta = evaluation_state(checkpoint),
          .preprocessing = experiment.preprocessing(),
          .labels = {},
          .norm = NormMode::kSupport,
          .training = dump_json(training, "training")};
}

void require_same_run(const Checkpoint& run, const Checkpoint& now, const fs::path& run_folder) {
  if (run.engine != now.engine) refuse("engine", now.engine, run.engine, run_folder);
  require_same_options(parse_json(run.options_json, "checkpoint options"),
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
