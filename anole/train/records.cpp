#include "anole/train/records.h"

#include <ctime>
#include <string>

#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/data/splits.h"
#include "anole/distributions/kinds.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_record.h"
#include "anole/version.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[sizeof "2000-01-01T00:00:00Z"];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

// Other data sets are the same wherever they lie, and their splits say which class is in which part.
ClassParts own_classes(const Experiment& experiment) {
  const auto* data = experiment.distribution().classes();
  const auto* kind = find_kind(experiment.dataset_name());
  if (data == nullptr || kind == nullptr || kind->origin != Origin::kOwnFiles) return {};
  return class_parts(data->dataset, data->split);
}

Json dataset_json(const Experiment& experiment) {
  Json json{{"name", experiment.dataset_name()}};
  const auto* data = experiment.distribution().classes();
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
          {"loss_reduction", field_to_json(options.inner.loss_reduction)},
          {"batch_norm", "statistics of the batch; no running averages"}};
}

}  // namespace

void write_run_record(const fs::path& run_folder, const Experiment& experiment,
                      const Learner& learner, int threads) {
  auto options = experiment.options();
  options.out = run_folder;
  for (auto* path : {&options.data.data, &options.data.labels, &options.init}) {
    if (!path->empty()) *path = absolute_path(*path);
  }
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
      .kernel_version = std::string(learner.kernel_version(experiment.options().inner.precision)),
      .classes = own_classes(experiment)};
}

Bundle make_bundle(const Experiment& experiment, const Checkpoint& checkpoint) {
  Json training{{"anole", kVersion}};
  training.update(parse_json(training_json(checkpoint), "training"));
  const auto loop =
      loop_of({.options = experiment.options().eval, .inner = experiment.eval_inner()});
  return {.spec = checkpoint.spec,
          .meta = evaluation_state(checkpoint.meta),
          .inner = loop.steps.inner,
          .schedule = loop.schedule,
          .shift = loop.steps.shift,
          .rows = static_cast<int>(experiment.distribution().rows(experiment.options().ways,
                                                                  experiment.options().shots)),
          .preprocessing = experiment.preprocessing(),
          .training = dump_json(training, "training"),
          .classes = checkpoint.classes};
}

}  // namespace anole
