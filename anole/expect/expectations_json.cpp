#include "anole/bundle/preprocessing_json.h"
#include "anole/core/error.h"
#include "anole/expect/expectations.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

constexpr const char* kFormat = "anole-expect";
constexpr int kVersion = 1;

Json peer_json(const ExpectedPeer& peer) {
  return {{"name", peer.name},
          {"mean", peer.accuracy.mean},
          {"ci95", peer.accuracy.ci95},
          {"difference", peer.difference.mean},
          {"difference_ci95", peer.difference.ci95}};
}

Json place_json(const Expectation& place) {
  Json json{{"ways", place.shape.ways},       {"shots", place.shape.shots},
            {"queries", place.shape.queries}, {"classes", place.classes},
            {"mean", place.accuracy.mean},    {"ci95", place.accuracy.ci95},
            {"peers", Json::array()}};
  for (const auto& peer : place.peers) json["peers"].push_back(peer_json(peer));
  return json;
}

ExpectedPeer peer_from(const Json& json) {
  return {.name = json.at("name"),
          .accuracy = {json.at("mean"), json.at("ci95")},
          .difference = {json.at("difference"), json.at("difference_ci95")}};
}

Expectation place_from(const Json& json) {
  Expectation place{
      .shape = {.ways = json.at("ways"), .shots = json.at("shots"), .queries = json.at("queries")},
      .classes = json.at("classes"),
      .accuracy = {json.at("mean"), json.at("ci95")}};
  for (const auto& peer : json.at("peers")) place.peers.push_back(peer_from(peer));
  return place;
}

Expectations expectations_from(const Json& json, const std::string& where) {
  Expectations all{.part = json.at("part"),
                   .classes = json.at("classes"),
                   .tasks = json.at("tasks"),
                   .seed = json.at("seed"),
                   .resamples = json.at("resamples"),
                   .norm = enum_from_name<NormMode>(json.at("norm").get<std::string>(), where)};
  for (const auto& place : json.at("places")) all.places.push_back(place_from(place));
  return all;
}

}  // namespace

std::string expectations_json(const Expectations& expectations, int indent) {
  const auto verdict = verdict_of(expectations);
  Json json{{"format", kFormat},
            {"format_version", kVersion},
            {"part", expectations.part},
            {"classes", expectations.classes},
            {"tasks", expectations.tasks},
            {"seed", expectations.seed},
            {"resamples", expectations.resamples},
            {"norm", enum_name(expectations.norm)},
            {"places", Json::array()},
            {"pays", verdict.pays},
            {"pays_at", verdict.pays_at},
            {"verdict", verdict.text}};
  for (const auto& place : expectations.places) json["places"].push_back(place_json(place));
  return dump_json(json, kExpectFile, indent);
}

Expectations parse_expectations(const std::string& text, const std::string& where) {
  const auto json = parse_json(text, where);
  if (!json.is_object() || json.value("format", Json()) != kFormat) {
    throw Error("{}: no table of expectations; 'anole train' on own data writes one", where);
  }
  const auto version = json.value("format_version", Json());
  if (version != kVersion) {
    throw Error("{}: format version {}, this program reads {}; use a newer anole", where,
                version.dump(), kVersion);
  }
  try {
    return expectations_from(json, where);
  } catch (const Json::exception& error) {
    throw Error("{}: not as docs/formats.md says: {}", where, error.what());
  }
}

std::optional<Expectations> load_expectations(const std::filesystem::path& run_folder) {
  const auto path = run_folder / kExpectFile;
  if (!path_exists(path)) return std::nullopt;
  return parse_expectations(read_file(path), path.string());
}

}  // namespace anole
