#include "anole/bundle/preprocessing_json.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "anole/core/text.h"

namespace anole {
namespace {

bool is_size(const Json& value) {
  return value.is_number_unsigned() &&
         value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<int>::max()};
}

// Calls take(value) if the key is there.
template <class Take>
void optional_key(const Json& json, const char* key, Take take) {
  if (const auto found = json.find(key); found != json.end()) take(*found);
}

std::string text_of(const Json& value, const std::string& where) {
  if (!value.is_string()) throw Error("{}: expected a text, found {}", where, value.dump());
  return value.get<std::string>();
}

std::vector<double> numbers_of(const Json& value, std::size_t count, const std::string& where) {
  const auto is_finite = [](const Json& one) {
    return one.is_number() && std::isfinite(one.get<double>());
  };
  if (!value.is_array() || value.size() != count || !std::ranges::all_of(value, is_finite)) {
    throw Error("{}: expected {} finite numbers, one for each number of a row", where, count);
  }
  return value.get<std::vector<double>>();
}

}  // namespace

Json to_json(const Preprocessing& preprocessing) {
  const auto& shape = preprocessing.shape;
  Json json = {{"shape", {shape.channels, shape.height, shape.width}},
               {"resize", enum_name(preprocessing.resize)},
               {"scale", preprocessing.scale}};
  if (preprocessing.source != 0) json["source"] = preprocessing.source;
  if (preprocessing.fit != PictureFit::kStretch) json["fit"] = enum_name(preprocessing.fit);
  if (preprocessing.invert) json["invert"] = true;
  if (preprocessing.ground != Ground::kUnknown) json["ground"] = enum_name(preprocessing.ground);
  if (!preprocessing.mean.empty()) json["mean"] = preprocessing.mean;
  if (!preprocessing.deviation.empty()) json["deviation"] = preprocessing.deviation;
  return json;
}

Preprocessing preprocessing_from_json(const Json& json, std::string_view where) {
  const bool good = json.is_object() && json.contains("shape") && json["shape"].is_array() &&
                    json["shape"].size() == 3 && std::ranges::all_of(json["shape"], is_size) &&
                    json.contains("resize") && json["resize"].is_string() &&
                    json.contains("scale") && json["scale"].is_number();
  if (!good) {
    throw Error(
        "{}: expected {{\"shape\": [C, H, W], \"resize\": text, \"scale\": number}}, found {}",
        where, json.dump());
  }
  const auto at = [&](const char* key) { return fmt::format("{}: {}", where, key); };
  Preprocessing result{.shape = {json["shape"][0], json["shape"][1], json["shape"][2]},
                       .resize = enum_from_name<Resize>(json["resize"], at("resize")),
                       .scale = json["scale"]};
  optional_key(json, "source", [&](const Json& value) {
    if (!is_size(value)) throw Error("{}: expected pixels, found {}", at("source"), value.dump());
    result.source = value;
  });
  optional_key(json, "fit", [&](const Json& value) {
    result.fit = enum_from_name<PictureFit>(text_of(value, at("fit")), at("fit"));
  });
  optional_key(json, "invert", [&](const Json& value) {
    if (!value.is_boolean()) {
      throw Error("{}: expected true or false, found {}", at("invert"), value.dump());
    }
    result.invert = value;
  });
  optional_key(json, "ground", [&](const Json& value) {
    result.ground = enum_from_name<Ground>(text_of(value, at("ground")), at("ground"));
  });
  const auto columns = result.shape.size();
  optional_key(json, "mean",
               [&](const Json& value) { result.mean = numbers_of(value, columns, at("mean")); });
  optional_key(json, "deviation", [&](const Json& value) {
    result.deviation = numbers_of(value, columns, at("deviation"));
    if (std::ranges::any_of(result.deviation, [](double v) { return v <= 0; })) {
      throw Error("{}: expected numbers above 0", at("deviation"));
    }
  });
  if (result.mean.size() != result.deviation.size()) {
    throw Error("{}: found mean without deviation, or deviation without mean", where);
  }
  return result;
}

}  // namespace anole
