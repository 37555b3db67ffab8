#include <algorithm>
#include <cmath>
#include <span>

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/core/text.h"
#include "anole/io/json.h"
#include "anole/models/model_spec.h"

namespace anole {
namespace {

constexpr std::string_view kModelKeys[] = {"name", "input", "init", "loss", "layers"};

// The keys of a layer's JSON object, in the order in which they are written.
std::span<const std::string_view> keys_of(LayerKind kind) {
  static constexpr std::string_view kConv[] = {"kind",   "name",    "out", "kernel",
                                               "stride", "padding", "bias"};
  static constexpr std::string_view kPool[] = {"kind", "name", "kernel", "stride", "padding"};
  static constexpr std::string_view kLinear[] = {"kind", "name", "out", "bias"};
  static constexpr std::string_view kGroupNorm[] = {"kind", "name", "eps", "groups"};
  static constexpr std::string_view kBatchNorm[] = {"kind", "name", "eps"};
  static constexpr std::string_view kPlain[] = {"kind", "name"};
  switch (kind) {
    case LayerKind::kConv2d:
      return kConv;
    case LayerKind::kMaxPool:
      return kPool;
    case LayerKind::kLinear:
      return kLinear;
    case LayerKind::kGroupNorm:
      return kGroupNorm;
    case LayerKind::kBatchNorm:
      return kBatchNorm;
    case LayerKind::kRelu:
    case LayerKind::kTanh:
    case LayerKind::kFlatten:
      break;
  }
  return kPlain;
}

Json padding_json(const Layer& layer) {
  if (layer.padding == Padding::kNumber) return layer.pad;
  return layer.padding == Padding::kSame ? "same" : "valid";
}

Json value_of(const Layer& layer, std::string_view key) {
  if (key == "kind") return enum_name(layer.kind);
  if (key == "name") return layer.name;
  if (key == "out") return layer.out;
  if (key == "kernel") return layer.kernel;
  if (key == "stride") return layer.stride;
  if (key == "padding") return padding_json(layer);
  if (key == "bias") return layer.bias;
  if (key == "eps") return layer.eps;
  ANOLE_CHECK(key == "groups");
  return layer.groups;
}

// An object of the text and its place in it, for messages.
class Reader {
 public:
  Reader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) fail("expected an object, found {}", object.type_name());
  }

  void refuse_unknown_keys(std::span<const std::string_view> keys) const {
    for (const auto& [key, value] : object_.items()) {
      if (std::ranges::find(keys, key) == keys.end()) {
        fail("unknown key '{}'; known are {}{}", key, fmt::join(keys, ", "),
             did_you_mean(key, keys));
      }
    }
  }

  bool has(const char* key) const { return object_.contains(key); }

  const Json& at(const char* key) const {
    if (!has(key)) fail("the key '{}' is missing", key);
    return object_[key];
  }

  std::string text(const char* key) const {
    if (!at(key).is_string()) wrong_type(key, "a string");
    return at(key).get<std::string>();
  }

  int integer(const Json& value, const char* key) const {
    if (!value.is_number_integer() || std::abs(value.get<double>()) > kMaxInteger) {
      fail("'{}' is {}, expected a whole number of at most {}", key, value.dump(), kMaxInteger);
    }
    return value.get<int>();
  }

  // The value of a known name of `Enum`.
  template <class Enum>
  Enum named(const char* key) const {
    const auto word = text(key);
    const auto names = enum_names(Enum{});
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
      fail("unknown {} '{}'; known are {}{}", key, word, fmt::join(names, ", "),
           did_you_mean(word, names));
    }
    return static_cast<Enum>(found - names.begin());
  }

  // Where the key is left out, `value` keeps what it has.
  void read(const char* key, int& value) const {
    if (has(key)) value = integer(at(key), key);
  }
  void read(const char* key, bool& value) const {
    if (!has(key)) return;
    if (!at(key).is_boolean()) wrong_type(key, "true or false");
    value = at(key).get<bool>();
  }
  void read(const char* key, double& value) const {
    if (!has(key)) return;
    if (!at(key).is_number()) wrong_type(key, "a number");
    value = at(key).get<double>();
  }

  [[noreturn]] void wrong_type(const char* key, std::string_view expected) const {
    fail("'{}' is {}, expected {}", key, at(key).dump(), expected);
  }

  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw Error("model JSON, {}: {}", where_, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  static constexpr int kMaxInteger = 2'147'483'647;

  const Json& object_;
  std::string where_;
};

void read_padding(const Reader& reader, Layer& layer) {
  if (!reader.has("padding")) return;
  const auto& value = reader.at("padding");
  if (value == "same") {
    layer.padding = Padding::kSame;
  } else if (value == "valid") {
    layer.padding = Padding::kValid;
  } else if (value.is_number_integer()) {
    layer.padding = Padding::kNumber;
    layer.pad = reader.integer(value, "padding");
  } else {
    reader.wrong_type("padding", "\"same\", \"valid\" or a number of pixels");
  }
}

Layer layer_from(const Json& object, std::size_t index) {
  const Reader reader(object, fmt::format("layer {}", index));
  Layer layer;
  layer.kind = reader.named<LayerKind>("kind");
  layer.name = reader.text("name");
  reader.refuse_unknown_keys(keys_of(layer.kind));
  const bool has_out = layer.kind == LayerKind::kConv2d || layer.kind == LayerKind::kLinear;
  if (has_out) layer.out = reader.integer(reader.at("out"), "out");
  reader.read("kernel", layer.kernel);
  reader.read("stride", layer.stride);
  read_padding(reader, layer);
  reader.read("bias", layer.bias);
  reader.read("eps", layer.eps);
  reader.read("groups", layer.groups);
  return layer;
}

Shape input_from(const Reader& reader) {
  const auto& value = reader.at("input");
  if (!value.is_array() || value.size() != 3) {
    reader.wrong_type("input", "[channels, height, width]");
  }
  return {.channels = reader.integer(value[0], "input"),
          .height = reader.integer(value[1], "input"),
          .width = reader.integer(value[2], "input")};
}

Json parse(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& failure) {
    throw Error("model JSON: {}", failure.what());
  }
}

}  // namespace

std::string to_json(const ModelSpec& spec) {
  Json json = {{"name", spec.name},
               {"input", {spec.input.channels, spec.input.height, spec.input.width}},
               {"init", enum_name(spec.init)},
               {"loss", enum_name(spec.loss)},
               {"layers", Json::array()}};
  for (const auto& layer : spec.layers) {
    Json object;
    for (const auto key : keys_of(layer.kind)) object[std::string(key)] = value_of(layer, key);
    json["layers"].push_back(std::move(object));
  }
  try {
    return json.dump();
  } catch (const Json::exception&) {
    throw Error("model '{}': a name is not valid UTF-8; rename the model or its layers", spec.name);
  }
}

ModelSpec model_from_json(std::string_view text) {
  const Json json = parse(text);
  const Reader reader(json, "top level");
  reader.refuse_unknown_keys(kModelKeys);
  ModelSpec spec;
  spec.name = reader.text("name");
  spec.input = input_from(reader);
  spec.init = reader.named<InitScheme>("init");
  spec.loss = reader.named<Loss>("loss");
  const auto& layers = reader.at("layers");
  if (!layers.is_array()) reader.wrong_type("layers", "a list of layers");
  for (std::size_t i = 0; i < layers.size(); ++i) spec.layers.push_back(layer_from(layers[i], i));
  (void)layout(spec);
  return spec;
}

}  // namespace anole
