#include "anole/reproduce/results.h"

#include <algorithm>
#include <system_error>
#include <tuple>

#include "anole/core/error.h"
#include "anole/eval/metric_json.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/history.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_record.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// Runs `read` on a JSON file and says in its error which file it was.
template <class Read>
void with_json(const fs::path& path, Read read) {
  const auto where = path.string();
  const auto json = parse_json(read_file(path), where);
  try {
    read(json);
  } catch (const Json::exception& error) {
    throw Error("{}: not written by 'anole reproduce': {}", where, error.what());
  }
}

Score score_from(const Json& json) { return {json.at("mean"), json.at("ci95")}; }

std::optional<NormMode> norm_named(std::string_view name) {
  const auto names = enum_names(NormMode{});
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<NormMode>(found - names.begin());
}

NormScores norm_from(const Json& json, const std::string& name, const std::string& after) {
  NormScores scores{.norm = norm_named(name).value(), .after = score_from(json.at(after).at(name))};
  if (!json.contains("before")) return scores;
  scores.before = score_from(json.at("before").at(name));
  for (const auto& point : json.at("curve").at(name)) {
    scores.curve.push_back({point.at(0), {point.at(1), point.at(2)}});
  }
  return scores;
}

Measured measured_from(const Json& json, const Setting& setting, std::string_view where) {
  return {.setting = &setting,
          .iteration = json.at("iteration"),
          .seconds = json.at("seconds"),
          .machine = json.at("machine"),
          .result = eval_result_from_json(json.at("result").dump(), where)};
}

std::string machine_of(const Json& run) {
  auto text = fmt::format("{}, {} threads, {}", run.at("cpu").get<std::string>(),
                          run.at("threads").get<int>(), run.at("isa").get<std::string>());
  const auto kernels = run.at("kernel_version").get<std::string>();
  if (!kernels.empty()) text += ", kernels " + kernels;
  return text + ", anole " + run.at("anole").get<std::string>();
}

// What timing.jsonl of `anole train` tells of the time, if it tells of all meta-iterations.
std::optional<double> timed_seconds(const ReproducedRun& run) {
  const auto total = total_time(read_timing(run.folder));
  if (run.iteration == 0 || total.iterations < run.iteration) return std::nullopt;
  return total.seconds;
}

// From run.json, and where they are there, the checkpoint, reproduce.json or timing.jsonl, and the
// evaluations.
ReproducedRun read_run(const fs::path& folder, const RowConfig& config) {
  const auto record = read_run_record(folder);
  ReproducedRun run{.row = config.row,
                    .folder = folder,
                    .seed = record.options.seed,
                    .iterations = record.options.iterations,
                    .config_iterations = config.options.iterations,
                    .config_tasks = config.options.eval.tasks,
                    .precision = record.options.inner.precision};
  if (path_exists(folder / kLatestCheckpoint) || path_exists(folder / kPreviousCheckpoint)) {
    run.iteration = load_latest(folder).checkpoint.iteration;
  }
  with_json(folder / kRunFile, [&](const Json& json) { run.machine = machine_of(json); });
  if (path_exists(folder / kReproduceFile)) {
    with_json(folder / kReproduceFile, [&](const Json& json) {
      run.data = json.at("data");
      const auto commit = json.at("commit").get<std::string>();
      if (!commit.empty()) run.machine += ", commit " + commit;
      if (!json.at("seconds").is_null()) run.seconds = json.at("seconds").get<double>();
    });
  }
  if (!run.seconds) run.seconds = timed_seconds(run);
  for (const auto& setting : config.row->settings) {
    const auto file = evaluation_file(folder, setting);
    if (!path_exists(file)) continue;
    with_json(file, [&](const Json& json) {
      run.measured.push_back(measured_from(json, setting, file.string()));
    });
  }
  return run;
}

}  // namespace

EvalResult eval_result_from_json(std::string_view text, std::string_view where) {
  const auto json = parse_json(text, where);
  try {
    EvalResult result{.tasks = json.at("tasks"), .metric = &metric_in(json)};
    const std::string after(result.metric->key);
    for (const auto& [name, score] : json.at(after).items()) {
      if (!norm_named(name)) throw Error("{}: unknown norm mode '{}'", where, name);
      result.norms.push_back(norm_from(json, name, after));
    }
    return result;
  } catch (const Json::exception& error) {
    throw Error("{}: no result of an evaluation: {}", where, error.what());
  }
}

std::vector<ReproducedRun> read_runs(const fs::path& folder, const std::vector<RowConfig>& known) {
  std::vector<ReproducedRun> runs;
  for (const auto& config : known) {
    const auto of_row = folder / config.row->name;
    if (!is_folder(of_row)) continue;
    const auto first = static_cast<std::ptrdiff_t>(runs.size());
    for (const auto& path : folder_entries(of_row)) {
      if (path_exists(path / kRunFile)) runs.push_back(read_run(path, config));
    }
    std::ranges::sort(runs.begin() + first, runs.end(), [](const auto& a, const auto& b) {
      return std::tuple(-a.iterations, a.precision, a.seed) <
             std::tuple(-b.iterations, b.precision, b.seed);
    });
  }
  return runs;
}

fs::path evaluation_file(const fs::path& run, const Setting& setting) {
  return run / "evaluations" / (std::string(setting.name) + ".json");
}

}  // namespace anole
