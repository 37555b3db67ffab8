#include "anole/bundle/bundle.h"

#include <algorithm>
#include <limits>

#include "anole/bundle/state_tensors.h"
#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/text.h"
#include "anole/io/container.h"
#include "anole/io/json.h"

namespace anole {
namespace {

constexpr ContainerKind kKind{.format = "anole-bundle",
                              .noun = "bundle",
                              .version = 1,
                              .advice = "copy it again from where it was made"};

Json to_json(const Preprocessing& preprocessing) {
  const auto& shape = preprocessing.shape;
  return {{"shape", {shape.channels, shape.height, shape.width}},
          {"resize", preprocessing.resize},
          {"scale", preprocessing.scale}};
}

bool is_size(const Json& value) {
  return value.is_number_unsigned() &&
         value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<int>::max()};
}

Preprocessing preprocessing_from_json(const Json& json, std::string_view where) {
  const bool good = json.is_object() && json.size() == 3 && json.contains("shape") &&
                    json["shape"].is_array() && json["shape"].size() == 3 &&
                    std::ranges::all_of(json["shape"], is_size) && json.contains("resize") &&
                    json["resize"].is_string() && json.contains("scale") &&
                    json["scale"].is_number();
  if (!good) {
    throw Error(
        "{}: expected {{\"shape\": [C, H, W], \"resize\": text, \"scale\": number}}, found {}",
        where, json.dump());
  }
  return {.shape = {json["shape"][0], json["shape"][1], json["shape"][2]},
          .resize = json["resize"],
          .scale = json["scale"]};
}

std::vector<std::string> labels_from_json(const Json& json, std::string_view where) {
  if (!json.is_array() || !std::ranges::all_of(json, [](const Json& v) { return v.is_string(); })) {
    throw Error("{}: expected a list of texts, found {}", where, json.dump());
  }
  return json.get<std::vector<std::string>>();
}

NormMode norm_from_text(const std::string& text, std::string_view where) {
  const auto names = enum_names(NormMode{});
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) {
    throw Error("{}: norm is '{}', expected {}", where, text, internal::list_names(names));
  }
  return static_cast<NormMode>(found - names.begin());
}

// What save promises and load demands beyond the tensors.
void check_bundle(const Bundle& bundle, std::string_view where) {
  const auto outputs = layout(bundle.spec).outputs;
  if (!bundle.labels.empty() && bundle.labels.size() != static_cast<std::size_t>(outputs)) {
    throw Error("{}: {} labels for the {} outputs of model '{}'", where, bundle.labels.size(),
                outputs, bundle.spec.name);
  }
  const auto& shape = bundle.preprocessing.shape;
  if (shape.channels != 0 && shape != bundle.spec.input) {
    throw Error("{}: preprocessing gives rows of {}, model '{}' takes {}", where, describe(shape),
                bundle.spec.name, describe(bundle.spec.input));
  }
  if (!parse_json(bundle.training, fmt::format("{}: training", where)).is_object()) {
    throw Error("{}: training: expected a JSON object", where);
  }
}

}  // namespace

void save_bundle(const std::filesystem::path& path, const Bundle& bundle) {
  const auto where = path.string();
  check_bundle(bundle, where);
  TensorFile file;
  file.metadata = {{"spec", to_json(bundle.spec)},
                   {"preprocessing", dump_json(to_json(bundle.preprocessing), where)},
                   {"labels", dump_json(bundle.labels, where + ": labels")},
                   {"norm", std::string(enum_name(bundle.norm))},
                   {"training", bundle.training}};
  put_state(bundle.spec, bundle.meta, file);
  save_container(path, kKind, std::move(file));
}

Bundle load_bundle(const std::filesystem::path& path) {
  const auto where = path.string();
  const auto file = load_container(path, kKind);
  const auto json = [&](const char* key) {
    return parse_json(get_text(file, key, where), fmt::format("{}: {}", where, key));
  };
  Bundle bundle;
  bundle.spec = get_spec(file, where);
  bundle.preprocessing = preprocessing_from_json(json("preprocessing"), where + ": preprocessing");
  bundle.labels = labels_from_json(json("labels"), where + ": labels");
  bundle.norm = norm_from_text(get_text(file, "norm", where), where);
  bundle.training = get_text(file, "training", where);
  check_bundle(bundle, where);
  bundle.meta = get_state(bundle.spec, file, where);
  return bundle;
}

}  // namespace anole
