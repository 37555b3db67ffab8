#include "cli/commands/info_bundle.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "anole/bundle/preprocessing_json.h"
#include "anole/io/fields_json.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

void line(std::string_view label, std::string_view text) {
  fmt::print("{}", labelled(label, text, text_columns(1)));
}

std::string resize_text(const Preprocessing& how) {
  if (how.resize != Resize::kNearest || how.source == 0) {
    return fmt::format("resized by {}", enum_name(how.resize));
  }
  return fmt::format("resized by nearest from {0}x{0} pixels, by area from others", how.source);
}

std::string fit_text(PictureFit fit) {
  switch (fit) {
    case PictureFit::kPad:
      return ", whole on their own ground";
    case PictureFit::kCrop:
      return ", cut to their middle";
    default:
      return "";
  }
}

std::string pictures_text(const Preprocessing& how) {
  return fmt::format(
      "pictures of {}, {}{}, {} * {:.4g}{}", describe(how.shape), resize_text(how),
      fit_text(how.fit), how.invert ? "inverted, (255 - byte)" : "byte", how.scale,
      how.ground == Ground::kUnknown ? "" : fmt::format(", ground {}", enum_name(how.ground)));
}

std::string numbers_text(const Bundle& bundle) {
  const auto& mean = bundle.preprocessing.mean;
  return fmt::format(
      "rows of {}{}", counted(static_cast<std::int64_t>(bundle.spec.input.size()), "number"),
      mean.empty() ? "" : ", standardized by " + counted(std::ssize(mean), "column"));
}

std::string takes_text(const Bundle& bundle) {
  const auto& how = bundle.preprocessing;
  const bool pictures = how.shape.channels != 0 && how.resize != Resize::kNone;
  return fmt::format("{}; norm {}", pictures ? pictures_text(how) : numbers_text(bundle),
                     enum_name(bundle.norm));
}

std::string steps_text(const Bundle& bundle) {
  return fmt::format(
      "{} of {}{}, {}", counted(bundle.schedule.steps, "inner step"),
      bundle.schedule.batch == 0 ? "all support rows" : counted(bundle.schedule.batch, "row"),
      shift_text(bundle.shift), describe_optimizer(bundle.inner));
}

std::string accuracy_text(const CalibrationPoint& point) {
  return fmt::format("{:.1f} ± {:.1f} %", 100 * point.accuracy, 100 * point.ci95);
}

// The lines that only an adapted network has.
void print_adapted(const Bundle& bundle) {
  line("adapted", describe_adaptation(bundle));
  line("examples", bundle.examples.empty()
                       ? "left out, so that classes can neither be added nor removed"
                       : "inside, with the start: classes can be added and removed");
  if (!bundle.labels.empty()) {
    line("classes", fmt::format("{}: {}", bundle.labels.size(), fmt::join(bundle.labels, ", ")));
  }
  if (bundle.calibration.empty()) return;
  const auto& point = bundle.calibration.front();
  line("expect", fmt::format("{} right, on tasks of {}; temperature {:.3g}, 'none of these' below "
                             "{:.1f} %, separation {:.3f}",
                             accuracy_text(point), describe_point(point), point.temperature,
                             100 * point.threshold, point.separation));
}

Json calibration_json(const Bundle& bundle) {
  Json points = Json::array();
  for (const auto& point : bundle.calibration) {
    points.push_back({{"ways", point.ways},
                      {"shots", point.shots},
                      {"accuracy", 100 * point.accuracy},
                      {"ci95", 100 * point.ci95},
                      {"temperature", point.temperature},
                      {"threshold", point.threshold},
                      {"separation", point.separation},
                      {"error", 100 * point.error}});
  }
  return points;
}

Json adapted_json(const Bundle& bundle) {
  if (!is_adapted(bundle)) return nullptr;
  Json examples = nullptr;
  if (!bundle.examples.empty()) {
    examples = Json::object();
    for (const auto& one : bundle.examples) {
      examples[one.label] = examples.value(one.label, 0) + 1;
    }
  }
  return {{"classes", layout(bundle.spec).outputs},
          {"examples", examples},
          {"steps", bundle.schedule.steps},
          {"batch", bundle.schedule.batch},
          {"lr", bundle.inner.lr},
          {"shift", bundle.shift},
          {"seed", bundle.adapted_by.seed},
          {"inverted", bundle.adapted_by.inverted}};
}

}  // namespace

void print_use(const Bundle& bundle) {
  if (is_adapted(bundle)) {
    print_adapted(bundle);
  } else {
    line("adapts by", steps_text(bundle));
  }
  line("takes", takes_text(bundle));
}

void print_calibration(const Bundle& bundle) {
  if (is_adapted(bundle) || bundle.calibration.empty()) return;
  std::vector<std::vector<std::string>> rows{
      {"ways", "shots", "expect", "temperature", "none below", "separation"}};
  auto points = bundle.calibration;
  std::ranges::sort(points, {},
                    [](const auto& point) { return std::pair(point.shots, point.ways); });
  for (const auto& point : points) {
    rows.push_back({fmt::format("{}", point.ways), fmt::format("{}", point.shots),
                    accuracy_text(point), fmt::format("{:.3f}", point.temperature),
                    fmt::format("{:.1f} %", 100 * point.threshold),
                    fmt::format("{:.3f}", point.separation)});
  }
  fmt::print("\nwhat to expect, and what its probabilities are worth\n\n{}", table(rows, "r"));
}

Json use_json(const Bundle& bundle) {
  return {{"inner", fields_to_json(bundle.inner)},
          {"batch", bundle.schedule.batch},
          {"steps", bundle.schedule.steps},
          {"shift", bundle.shift},
          {"norm", enum_name(bundle.norm)},
          {"preprocessing", to_json(bundle.preprocessing)},
          {"labels", bundle.labels},
          {"adapted", adapted_json(bundle)},
          {"calibration", calibration_json(bundle)}};
}

}  // namespace anole::cli
