#include "anole/peers/comparison.h"

#include <utility>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"

namespace anole {
namespace {

constexpr const char* kFormat = "anole-peers";
constexpr int kVersion = 1;

Json peer_json(const ComparedPeer& peer) {
  Json json{{"name", peer.name},
            {"mean", peer.accuracy.mean},
            {"ci95", peer.accuracy.ci95},
            {"difference", peer.difference.mean},
            {"difference_ci95", peer.difference.ci95},
            {"seconds", peer.seconds}};
  if (!peer.settings.empty()) json["settings"] = peer.settings;
  return json;
}

Json score_json(const OurScore& score) {
  return {{"norm", score.norm}, {"mean", score.accuracy.mean}, {"ci95", score.accuracy.ci95}};
}

OurScore score_from(const Json& json) {
  return {.norm = json.at("norm"), .accuracy = {json.at("mean"), json.at("ci95")}};
}

ComparedPeer peer_from(const Json& json) {
  return {.name = json.at("name"),
          .settings = json.value("settings", std::string()),
          .accuracy = {json.at("mean"), json.at("ci95")},
          .difference = {json.at("difference"), json.at("difference_ci95")},
          .seconds = json.at("seconds")};
}

Comparison comparison_from(const Json& json) {
  Comparison all{
      .dataset = json.at("dataset"),
      .split = json.at("split"),
      .part = json.at("split_part"),
      .shape = {.ways = json.at("ways"), .shots = json.at("shots"), .queries = json.at("queries")},
      .tasks = json.at("tasks"),
      .seed = json.at("seed"),
      .inner_steps = json.at("inner_steps"),
      .tuned_on = json.at("tuned_on"),
      .ours = {score_from(json.at("ours"))},
      .seconds = json.at("ours").at("seconds")};
  for (const auto& norm : json.at("other_norms")) all.ours.push_back(score_from(norm));
  for (const auto& peer : json.at("peers")) all.peers.push_back(peer_from(peer));
  return all;
}

}  // namespace

ComparedPeer compared(std::string name, std::span<const double> ours,
                      std::span<const double> theirs, double seconds) {
  ANOLE_CHECK(ours.size() == theirs.size());
  std::vector<double> differences;
  for (std::size_t i = 0; i < ours.size(); ++i) differences.push_back(ours[i] - theirs[i]);
  return {.name = std::move(name),
          .accuracy = estimate_of(theirs),
          .difference = estimate_of(differences),
          .seconds = seconds};
}

std::string comparison_json(const Comparison& comparison, int indent) {
  Json json{{"format", kFormat},
            {"format_version", kVersion},
            {"dataset", comparison.dataset},
            {"split", comparison.split},
            {"split_part", comparison.part},
            {"ways", comparison.shape.ways},
            {"shots", comparison.shape.shots},
            {"queries", comparison.shape.queries},
            {"tasks", comparison.tasks},
            {"seed", comparison.seed},
            {"inner_steps", comparison.inner_steps},
            {"tuned_on", comparison.tuned_on},
            {"ours", score_json(comparison.ours.at(0))},
            {"other_norms", Json::array()},
            {"peers", Json::array()}};
  json["ours"]["seconds"] = comparison.seconds;
  for (std::size_t i = 1; i < comparison.ours.size(); ++i) {
    json["other_norms"].push_back(score_json(comparison.ours[i]));
  }
  for (const auto& peer : comparison.peers) json["peers"].push_back(peer_json(peer));
  return dump_json(json, kPeersFile, indent);
}

Comparison parse_comparison(const std::string& text, const std::string& where) {
  const auto json = parse_json(text, where);
  if (!json.is_object() || json.value("format", Json()) != kFormat) {
    throw Error("{}: no comparison with peers; 'anole peers' writes one", where);
  }
  const auto version = json.value("format_version", Json());
  if (version != kVersion) {
    throw Error("{}: format version {}, this program reads {}; use a newer anole", where,
                version.dump(), kVersion);
  }
  try {
    return comparison_from(json);
  } catch (const Json::exception& error) {
    throw Error("{}: not as docs/formats.md says: {}", where, error.what());
  }
}

std::optional<Comparison> load_comparison(const std::filesystem::path& run_folder) {
  const auto path = run_folder / kPeersFile;
  if (!path_exists(path)) return std::nullopt;
  return parse_comparison(read_file(path), path.string());
}

}  // namespace anole
