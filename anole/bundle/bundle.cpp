#include "anole/bundle/bundle.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "anole/bundle/adapted_parts.h"
#include "anole/bundle/class_parts_json.h"
#include "anole/bundle/preprocessing_json.h"
#include "anole/bundle/state_tensors.h"
#include "anole/bundle/version1.h"
#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/text.h"
#include "anole/data/pictures.h"
#include "anole/io/container.h"
#include "anole/io/fields_json.h"

namespace anole {
namespace {

constexpr ContainerKind kKind{.format = "anole-bundle",
                              .noun = "bundle",
                              .version = 2,
                              .advice = "copy it again from where it was made"};

constexpr std::string_view kStatistics = "statistics.";  // prefix of its tensors

std::vector<std::string> labels_from_json(const Json& json, std::string_view where) {
  if (!json.is_array() || !std::ranges::all_of(json, [](const Json& v) { return v.is_string(); })) {
    throw Error("{}: expected a list of texts, found {}", where, json.dump());
  }
  return json.get<std::vector<std::string>>();
}

bool is_size(const Json& value) {
  return value.is_number_unsigned() &&
         value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<int>::max()};
}

Json adaptation_to_json(const Bundle& bundle) {
  Json json = {
      {"batch", bundle.schedule.batch}, {"steps", bundle.schedule.steps}, {"shift", bundle.shift}};
  if (bundle.rows > 0) json["rows"] = bundle.rows;
  return json;
}

void adaptation_from_json(const Json& json, Bundle& bundle, std::string_view where) {
  const auto good = [&](const char* key) { return json.contains(key) && is_size(json[key]); };
  if (!json.is_object() || !good("batch") || !good("steps") || !good("shift")) {
    throw Error("{}: expected {{\"batch\": rows, \"steps\": number, \"shift\": pixels}}, found {}",
                where, json.dump());
  }
  bundle.schedule = {.batch = json["batch"], .steps = json["steps"]};
  bundle.shift = json["shift"];
  if (good("rows")) bundle.rows = json["rows"];
}

// What save promises and load demands beyond the tensors.
void check_bundle(const Bundle& bundle, std::string_view where) {
  const auto network = signature_of(bundle.spec);
  const auto outputs = network.outputs;
  if (!bundle.labels.empty() && bundle.labels.size() != static_cast<std::size_t>(outputs)) {
    throw Error("{}: {} labels for the {} outputs of model '{}'", where, bundle.labels.size(),
                outputs, bundle.spec.name);
  }
  if (!bundle.statistics.empty() && bundle.statistics.size() != network.statistics_size()) {
    throw Error("{}: {} statistics, model '{}' has {}", where, bundle.statistics.size(),
                bundle.spec.name, network.statistics_size());
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

// A bundle without the option `resize` is of a time when all pictures took the nearest neighbour.
// Where that is a protocol for pictures of one size, others are taken as it takes them now.
void complete_preprocessing(Bundle& bundle, std::string_view where) {
  auto& how = bundle.preprocessing;
  if (how.resize != Resize::kNearest || how.source != 0) return;
  const auto training = parse_json(bundle.training, fmt::format("{}: training", where));
  if (!training.is_object() || !training.contains("options")) return;
  const auto& options = training["options"];
  if (!options.is_object() || options.contains("resize") || !options.contains("dataset") ||
      !options["dataset"].is_string()) {
    return;
  }
  const auto usual = usual_pictures(options["dataset"].get<std::string>());
  if (usual.resize != Resize::kNearest) return;
  how.source = usual.source;
  how.ground = usual.ground;
}

// `vector` with as many rows of the output layer as `after` has labels: all are the mean of its own
// rows, which of equal ones is each of them, exactly. Everything before them stays. The output
// layer is the last one.
std::vector<float> with_label_rows(const std::vector<float>& vector,
                                   const std::vector<LabelRows>& before, const Signature& after) {
  std::vector<float> result(vector.begin(),
                            vector.begin() + static_cast<std::ptrdiff_t>(before[0].offset));
  result.resize(after.parameters);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto [offset, rows, size] = before[i];
    const auto& to = after.label_rows[i];
    for (std::size_t k = 0; k < size; ++k) {
      double sum = 0;
      for (std::size_t row = 0; row < rows; ++row) sum += vector[offset + row * size + k];
      const auto mean = static_cast<float>(sum / static_cast<double>(rows));
      for (std::size_t row = 0; row < to.rows; ++row) result[to.offset + row * size + k] = mean;
    }
  }
  return result;
}

TensorFile to_file(const Bundle& bundle, const std::string& where) {
  check_bundle(bundle, where);
  const auto network = signature_of(bundle.spec);
  TensorFile file;
  file.metadata = {{"spec", to_json(bundle.spec)},
                   {"inner", dump_json(fields_to_json(bundle.inner), where)},
                   {"adaptation", dump_json(adaptation_to_json(bundle), where)},
                   {"preprocessing", dump_json(to_json(bundle.preprocessing), where)},
                   {"labels", dump_json(bundle.labels, where + ": labels")},
                   {"norm", std::string(enum_name(bundle.norm))},
                   {"training", bundle.training}};
  put_adapted_parts(bundle, file);
  if (!bundle.classes.empty()) {
    file.metadata.emplace_back("classes", dump_json(to_json(bundle.classes), where + ": classes"));
  }
  put_state(network, bundle.meta, file);
  if (!bundle.statistics.empty()) {
    put_vector(network.statistics, kStatistics, bundle.statistics, file);
  }
  return file;
}

Bundle from_file(const TensorFile& file, const std::string& where) {
  const auto json = [&](const char* key) {
    return parse_json(get_text(file, key, where), fmt::format("{}: {}", where, key));
  };
  Bundle bundle;
  bundle.spec = get_spec(file, where);
  bundle.preprocessing = preprocessing_from_json(json("preprocessing"), where + ": preprocessing");
  bundle.labels = labels_from_json(json("labels"), where + ": labels");
  bundle.norm = enum_from_name<NormMode>(get_text(file, "norm", where), where + ": norm");
  bundle.training = get_text(file, "training", where);
  if (file.find_metadata("classes") != nullptr) {
    bundle.classes = class_parts_from_json(json("classes"), where + ": classes");
  }
  const auto network = signature_of(bundle.spec);
  bundle.meta = get_state(network, file, where);
  bundle.statistics = get_vector(network.statistics, kStatistics, file, where);
  if (file.find_metadata("inner") == nullptr) {
    complete_version_1(bundle, where);
  } else {
    known_fields_from_json(json("inner"), bundle.inner, where + ": inner");
    adaptation_from_json(json("adaptation"), bundle, where + ": adaptation");
  }
  get_adapted_parts(file, bundle, where);
  complete_preprocessing(bundle, where);
  check_bundle(bundle, where);
  return bundle;
}

}  // namespace

void require_initialisation(const Bundle& bundle, std::string_view where) {
  if (!is_adapted(bundle)) return;
  throw Error(
      "{}: a network that is adapted to its own examples{}; expected an initialisation, which has "
      "no class names and no statistics",
      where, bundle.labels.empty() ? "" : fmt::format(" ({})", fmt::join(bundle.labels, ", ")));
}

bool is_adapted(const Bundle& bundle) {
  return !bundle.labels.empty() || !bundle.statistics.empty();
}

CalibrationPoint calibration_of(const Bundle& bundle) {
  const auto* point = nearest_point(bundle.calibration, signature_of(bundle.spec).outputs, 1);
  return point == nullptr ? CalibrationPoint{} : *point;
}

bool labels_start_alike(const Bundle& bundle) {
  const auto& params = bundle.meta.params;
  return std::ranges::all_of(label_rows(bundle.spec), [&](const LabelRows& rows) {
    const auto first = std::span(params).subspan(rows.offset, rows.size);
    for (std::size_t row = 1; row < rows.rows; ++row) {
      const auto other = std::span(params).subspan(rows.offset + row * rows.size, rows.size);
      if (!std::ranges::equal(first, other)) return false;
    }
    return true;
  });
}

Bundle start_of(const Bundle& bundle, std::string_view where) {
  if (!bundle.start.empty()) {
    return bundle_from_bytes(bundle.start, fmt::format("{}: start", where));
  }
  throw Error(
      "{}: its examples and the initialisation that it began with were left out, so that it cannot "
      "be adapted again; adapt the initialisation anew, with all examples",
      where);
}

Bundle with_ways(Bundle bundle, int ways) {
  const auto before = signature_of(bundle.spec);
  if (ways < 2) throw UsageError("ways is {}, expected at least 2", ways);
  if (ways == before.outputs) return bundle;
  require_initialisation(bundle, "with_ways");
  const auto rows = label_rows(bundle.spec);
  bundle.spec.layers.back().out = ways;
  const auto after = signature_of(bundle.spec);
  bundle.meta.params = with_label_rows(bundle.meta.params, rows, after);
  if (!bundle.meta.second_moment.empty()) {
    bundle.meta.second_moment = with_label_rows(bundle.meta.second_moment, rows, after);
  }
  for (auto& extra : bundle.meta.extras) extra.values = with_label_rows(extra.values, rows, after);
  return bundle;
}

std::string bundle_bytes(const Bundle& bundle, std::string_view where) {
  return to_container(kKind, to_file(bundle, std::string(where)));
}

Bundle bundle_from_bytes(std::string_view bytes, std::string_view where) {
  return from_file(from_container(kKind, bytes, where), std::string(where));
}

void save_bundle(const std::filesystem::path& path, const Bundle& bundle) {
  save_container(path, kKind, to_file(bundle, path.string()));
}

Bundle load_bundle(const std::filesystem::path& path) {
  return from_file(load_container(path, kKind), path.string());
}

}  // namespace anole
