#include "anole/program/training.h"

#include <array>

#include "anole/core/error.h"
#include "anole/io/fields_json.h"
#include "anole/program/config.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_lock.h"
#include "anole/runs/run_record.h"

namespace anole {
namespace {

// The run's own options: resuming starts from them.
TrainConfig config_of(const std::filesystem::path& run_folder) {
  const auto record = read_run_record(run_folder);
  TrainConfig config{.train = record.options};
  set_field(config, "engine", "engine", record.engine);
  return config;
}

}  // namespace

std::vector<FlagInfo> config_keys() { return flags_of<TrainConfig>(); }

TrainingRequest training_request(const Arguments& arguments, const std::filesystem::path& resume) {
  expect_positionals(arguments, std::array<std::string_view, 1>{"[CONFIG or DATA]"});
  const auto keys = config_keys();
  TrainingRequest request;
  auto& config = request.config;
  arguments.apply(config);
  const bool glyphs = config.train.data.dataset == "glyphs";
  const bool resumes = !resume.empty();
  const auto named = arguments.positionals.empty() ? Named{} : what_is_named(arguments, keys);
  if (resumes) config = config_of(resume);
  if (named.config) {
    apply_config(*named.config, config);
  } else if (named.data) {
    if (resumes) {
      throw UsageError("{}: the run knows its data; leave {} out", arguments.spelling("resume"),
                       *named.data);
    }
    config.train = own_data_options(*named.data, arguments, keys, request.notes);
    request.own_data = true;
  } else if (glyphs && !resumes) {
    apply_config(embedded_config("glyphs", keys), config);
  }
  if (resumes) request.own_data = is_own_data(config.train);
  arguments.apply(config);
  return request;
}

namespace {

void refuse_other_data(const Arguments& arguments, const RowsInMemory& rows) {
  for (const auto& [name, text] : arguments.flags) {
    if (name == "data" || (name == "dataset" && text != rows.dataset)) {
      throw UsageError("{}: found '{}', but the rows are in memory; leave it out",
                       arguments.spelling(name), text);
    }
  }
}

}  // namespace

TrainingRequest training_request(const Arguments& arguments, const RowsInMemory& rows,
                                 const std::filesystem::path& resume) {
  TrainingRequest request{.own_data = true};
  auto& config = request.config;
  arguments.apply(config);  // mistakes in options come before those in data
  refuse_other_data(arguments, rows);
  const auto keys = config_keys();
  const auto named = arguments.positionals.empty() ? Named{} : what_is_named(arguments, keys);
  if (named.data) {
    throw UsageError("found {} and rows in memory; leave one of them out", *named.data);
  }
  if (!resume.empty()) {
    config = config_of(resume);
    config.train.data = without_files(std::move(config.train.data));
  }
  if (named.config) {
    apply_config(*named.config, config);
    config.train.data = without_files(std::move(config.train.data));
  } else if (resume.empty()) {
    config.train = own_data_options(rows, arguments, keys, request.notes);
  }
  arguments.apply(config);
  config.train.data.dataset = rows.dataset;
  return request;
}

void require_resumable(const Arguments& arguments, const TrainConfig& config,
                       const std::filesystem::path& resume) {
  if (arguments.has("out")) {
    throw UsageError("{}: a resumed run stays in its folder, {}; leave {} out",
                     arguments.spelling("out"), resume.string(), arguments.spelling("out"));
  }
  (void)RunLock(resume);  // refuses a run that another process works on
  const auto run = load_latest(resume).checkpoint;
  auto now = run;
  now.engine = enum_name(config.engine);
  now.options_json = dump_json(result_fields_to_json(config.train), "options");
  require_same_run(run, now, resume);
}

}  // namespace anole
