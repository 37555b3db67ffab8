#include "anole/bundle/adapted_parts.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/io/fields_json.h"

namespace anole {
namespace {

constexpr std::string_view kStart = "start", kRows = "examples.rows", kLabels = "examples.labels";
constexpr const char *kExamples = "examples", *kAdaptedBy = "adapted_by",
                     *kCalibration = "calibration";

// The bytes that `rows` were made from, where every value is one: they take a quarter of the space.
std::string as_bytes(const std::vector<LabelledRow>& rows, double scale) {
  std::string bytes;
  for (const auto& example : rows) {
    for (const float value : example.row) {
      const double byte = std::round(value / scale);
      if (!(byte >= 0 && byte <= 255) || static_cast<float>(byte * scale) != value) return {};
      bytes += static_cast<char>(static_cast<unsigned char>(byte));
    }
  }
  return bytes;
}

Tensor rows_tensor(const Bundle& bundle) {
  const auto& shape = bundle.spec.input;
  std::vector<std::int64_t> sizes{static_cast<std::int64_t>(bundle.examples.size()), shape.channels,
                                  shape.height, shape.width};
  auto bytes = as_bytes(bundle.examples, bundle.preprocessing.scale);
  if (!bytes.empty()) {
    return {.name = std::string(kRows), .dtype = Dtype::kU8, .shape = sizes, .data = bytes};
  }
  std::vector<float> values;
  for (const auto& example : bundle.examples) {
    values.insert(values.end(), example.row.begin(), example.row.end());
  }
  return float_tensor(std::string(kRows), sizes, values);
}

Tensor labels_tensor(const Bundle& bundle) {
  Tensor tensor{.name = std::string(kLabels),
                .dtype = Dtype::kI32,
                .shape = {static_cast<std::int64_t>(bundle.examples.size())},
                .data = {}};
  for (const auto& example : bundle.examples) {
    const auto label = std::ranges::find(bundle.labels, example.label);
    ANOLE_CHECK(label != bundle.labels.end());
    const auto index = static_cast<std::int32_t>(label - bundle.labels.begin());
    for (int shift = 0; shift < 32; shift += 8) tensor.data += static_cast<char>(index >> shift);
  }
  return tensor;
}

const Tensor& part(const TensorFile& file, std::string_view name, std::string_view where) {
  if (const auto* tensor = file.find_tensor(name)) return *tensor;
  throw Error("{}: tensor '{}' is missing beside the other parts of its examples", where, name);
}

std::vector<float> row_values(const Tensor& tensor, double scale) {
  if (tensor.dtype == Dtype::kF32) return tensor_floats(tensor);
  std::vector<float> values;
  for (const char byte : tensor.data) {
    values.push_back(static_cast<float>(static_cast<unsigned char>(byte) * scale));
  }
  return values;
}

std::int32_t label_at(const std::string& data, std::size_t i) {
  std::uint32_t value = 0;
  for (std::size_t k = 4; k-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(data[4 * i + k]);
  }
  return static_cast<std::int32_t>(value);
}

std::vector<std::string> names_in(const std::string& text, std::size_t count,
                                  const std::string& where) {
  const auto json = parse_json(text, where);
  const bool good = json.is_object() && json.contains("names") && json["names"].is_array() &&
                    json["names"].size() == count &&
                    std::ranges::all_of(json["names"], [](const Json& v) { return v.is_string(); });
  if (!good) throw Error("{}: expected {{\"names\": [{} texts]}}, found {}", where, count, text);
  return json["names"].get<std::vector<std::string>>();
}

void get_examples(const TensorFile& file, Bundle& bundle, std::string_view where) {
  const auto* names = file.find_metadata(kExamples);
  if (names == nullptr) return;
  const auto &rows = part(file, kRows, where), &labels = part(file, kLabels, where);
  const auto& shape = bundle.spec.input;
  const auto count = rows.shape.empty() ? 0 : rows.shape[0];
  const std::vector<std::int64_t> expected{count, shape.channels, shape.height, shape.width};
  const bool typed = rows.dtype == Dtype::kF32 || rows.dtype == Dtype::kU8;
  if (!typed || rows.shape != expected || labels.dtype != Dtype::kI32 ||
      labels.shape != std::vector<std::int64_t>{count}) {
    throw Error("{}: its examples are not rows of {} with a label each", where, describe(shape));
  }
  const auto values = row_values(rows, bundle.preprocessing.scale);
  const auto size = static_cast<std::ptrdiff_t>(shape.size());
  const auto texts =
      names_in(*names, static_cast<std::size_t>(count), fmt::format("{}: {}", where, kExamples));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto label = label_at(labels.data, i);
    if (label < 0 || static_cast<std::size_t>(label) >= bundle.labels.size()) {
      throw Error("{}: an example has label {}, expected one below {}", where, label,
                  bundle.labels.size());
    }
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(i) * size;
    bundle.examples.push_back({.label = bundle.labels[static_cast<std::size_t>(label)],
                               .name = texts[i],
                               .row = {first, first + size}});
  }
}

Json to_json(const CalibrationPoint& point) {
  return {{"ways", point.ways},
          {"shots", point.shots},
          {"temperature", point.temperature},
          {"threshold", point.threshold},
          {"accuracy", point.accuracy},
          {"ci95", point.ci95},
          {"error", point.error},
          {"separation", point.separation}};
}

CalibrationPoint point_from(const Json& json, const std::string& where) {
  constexpr const char* kKeys[] = {"ways", "shots", "temperature", "threshold", "accuracy", "ci95"};
  const auto is_number = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_number();
  };
  const bool good = std::ranges::all_of(kKeys, is_number) && json["ways"].is_number_integer() &&
                    json["shots"].is_number_integer() && json["ways"] >= 2 && json["shots"] >= 1 &&
                    json["temperature"] > 0 && json["ways"] <= 1000000 && json["shots"] <= 1000000;
  if (!good) {
    throw Error(
        "{}: expected {{\"ways\", \"shots\", \"temperature\", \"threshold\", \"accuracy\", "
        "\"ci95\"}}, found {}",
        where, json.dump());
  }
  return {.ways = json["ways"],
          .shots = json["shots"],
          .temperature = json["temperature"],
          .threshold = json["threshold"],
          .accuracy = json["accuracy"],
          .ci95 = json["ci95"],
          .error = json.value("error", 0.0),
          .separation = json.value("separation", 0.5)};
}

void get_calibration(const TensorFile& file, Bundle& bundle, std::string_view where) {
  const auto* text = file.find_metadata(kCalibration);
  if (text == nullptr) return;
  const auto place = fmt::format("{}: {}", where, kCalibration);
  const auto json = parse_json(*text, place);
  if (!json.is_array()) throw Error("{}: expected a list, found {}", place, json.type_name());
  for (const auto& point : json) bundle.calibration.push_back(point_from(point, place));
}

}  // namespace

void put_adapted_parts(const Bundle& bundle, TensorFile& file) {
  if (!bundle.calibration.empty()) {
    Json points = Json::array();
    for (const auto& point : bundle.calibration) points.push_back(to_json(point));
    file.metadata.push_back({kCalibration, dump_json(points, kCalibration)});
  }
  if (is_adapted(bundle)) {
    file.metadata.push_back({kAdaptedBy, dump_json(fields_to_json(bundle.adapted_by), kAdaptedBy)});
  }
  if (bundle.examples.empty()) return;
  Json names = Json::array();
  for (const auto& example : bundle.examples) names.push_back(example.name);
  file.metadata.push_back({kExamples, dump_json({{"names", names}}, kExamples)});
  file.tensors.push_back(labels_tensor(bundle));
  file.tensors.push_back(rows_tensor(bundle));
  file.tensors.push_back({.name = std::string(kStart),
                          .dtype = Dtype::kU8,
                          .shape = {static_cast<std::int64_t>(bundle.start.size())},
                          .data = bundle.start});
}

void get_adapted_parts(const TensorFile& file, Bundle& bundle, std::string_view where) {
  get_calibration(file, bundle, where);
  if (const auto* text = file.find_metadata(kAdaptedBy)) {
    const auto place = fmt::format("{}: {}", where, kAdaptedBy);
    known_fields_from_json(parse_json(*text, place), bundle.adapted_by, place);
  }
  get_examples(file, bundle, where);
  if (bundle.examples.empty()) return;
  const auto& start = part(file, kStart, where);
  if (start.dtype != Dtype::kU8) {
    throw Error("{}: tensor 'start' is {}, expected U8, the bytes of a bundle", where,
                enum_name(start.dtype));
  }
  bundle.start = start.data;
}

}  // namespace anole
