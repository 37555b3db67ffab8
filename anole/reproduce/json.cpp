#include "anole/io/json.h"

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/reproduce/table.h"
#include "anole/version.h"

namespace anole {
namespace {

Json score_json(const Score& score) { return {{"mean", score.mean}, {"ci95", score.ci95}}; }

Json line_json(const ResultLine& line) {
  Json json{{"row", line.row->name},
            {"setting", line.setting->name},
            {"title", setting_text(line)},
            {"norm", line.norm ? Json(enum_name(*line.norm)) : Json()},
            {"before", line.before},
            {"unit", unit_of(line)},
            {"paper", line.paper ? Json(*line.paper) : Json()},
            {"band", line.paper ? Json(line.setting->band) : Json()},
            {"score", score_json(line.score)},
            {"spread_over_seeds", Json()},
            {"seeds", Json::array()},
            {"tasks", line.tasks},
            {"config_tasks", line.config_tasks},
            {"precision", enum_name(line.precision)},
            {"iteration", line.iteration},
            {"iterations", line.iterations},
            {"config_iterations", line.config_iterations}};
  if (line.spread) {
    json["spread_over_seeds"] = {{"least", line.spread->least},
                                 {"greatest", line.spread->greatest},
                                 {"standard_deviation", line.spread->deviation}};
  }
  for (std::size_t i = 0; i < line.seeds.size(); ++i) {
    auto one = score_json(line.of_seed[i]);
    one["seed"] = line.seeds[i];
    json["seeds"].push_back(std::move(one));
  }
  return json;
}

Json curves_json(const EvalResult& result) {
  Json curves = Json::object();
  for (const auto& scores : result.norms) {
    auto& curve = curves[std::string(enum_name(scores.norm))] = Json::array();
    for (const auto& point : scores.curve) {
      curve.push_back({point.steps, point.score.mean, point.score.ci95});
    }
  }
  return curves;
}

Json run_json(const ReproducedRun& run, const ReproduceOptions& options) {
  Json json{{"row", run.row->name},
            {"seed", run.seed},
            {"folder", run.folder.string()},
            {"iteration", run.iteration},
            {"iterations", run.iterations},
            {"config_iterations", run.config_iterations},
            {"precision", enum_name(run.precision)},
            {"finished", run.finished()},
            {"data", run.data},
            {"training_seconds", run.seconds ? Json(*run.seconds) : Json()},
            {"trained_by", run.machine},
            {"command", command_of({&run}, options)},
            {"evaluations", Json::array()}};
  for (const auto& measured : run.measured) {
    json["evaluations"].push_back({{"setting", measured.setting->name},
                                   {"iteration", measured.iteration},
                                   {"seconds", measured.seconds},
                                   {"evaluated_by", measured.machine},
                                   {"curve", curves_json(measured.result)}});
  }
  return json;
}

}  // namespace

std::string results_json(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options) {
  Json json{{"anole", kVersion}, {"quick", options.quick}};
  if (options.quick) json["note"] = kQuickNote;
  json["results"] = Json::array();
  for (const auto& line : result_lines(runs)) json["results"].push_back(line_json(line));
  json["runs"] = Json::array();
  for (const auto& run : runs) json["runs"].push_back(run_json(run, options));
  return dump_json(json, "results", 2) + '\n';
}

}  // namespace anole
