#include "anole/eval/eval_json.h"

#include "anole/io/json.h"

namespace anole {
namespace {

Json to_json(const Score& score) { return {{"mean", score.mean}, {"ci95", score.ci95}}; }

}  // namespace

std::string eval_json(const EvalResult& result, const Protocol& protocol) {
  Json json{{"dataset", protocol.dataset},
            {"split", protocol.split},
            {"split_seed", protocol.split_seed},
            {"ways", protocol.shape.ways},
            {"shots", protocol.shape.shots},
            {"queries", protocol.shape.queries},
            {"tasks", result.tasks},
            {"seed", protocol.seed},
            {"inner_steps", protocol.inner_steps},
            {"optimizer_state", enum_name(protocol.optimizer_state)}};
  if (protocol.lr > 0) json["lr"] = protocol.lr;
  if (protocol.shift > 0) json["shift"] = protocol.shift;
  if (protocol.loss_reduction == LossReduction::kMean) json["loss_reduction"] = "mean";
  auto& after = json[std::string(result.metric->key)] = Json::object();
  for (const auto& scores : result.norms) {
    after[std::string(enum_name(scores.norm))] = to_json(scores.after);
  }
  for (const auto& scores : result.norms) {
    if (scores.curve.empty()) continue;
    const std::string norm(enum_name(scores.norm));
    json["before"][norm] = to_json(scores.before);
    for (const auto& point : scores.curve) {
      json["curve"][norm].push_back({point.steps, point.score.mean, point.score.ci95});
    }
  }
  return json.dump();
}

}  // namespace anole
