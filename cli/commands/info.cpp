// anole info: what a run folder, bundle or checkpoint holds.

#include <fmt/format.h>

#include <algorithm>

#include "anole/core/error.h"
#include "anole/make_learner.h"
#include "anole/runs/stored.h"
#include "cli/command.h"
#include "cli/commands/info_bundle.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct InfoCommand {
  bool plan = false;
  Engine engine = Engine::kFused;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{Field{"plan", &InfoCommand::plan,
                            "print what an inner step of meta-training runs, and its memory"},
                      Field{"engine", &InfoCommand::engine,
                            "whose plan: fused, onednn or reference (which has none)"},
                      Field{"json", &InfoCommand::json, "print one JSON object"}};
  }
};

std::string padding_text(const Layer& layer) {
  if (layer.padding == Padding::kNumber) return fmt::format("padding {}", layer.pad);
  return layer.padding == Padding::kSame ? "same" : "valid";
}

// "conv2d 3x3, stride 2, same"
std::string kind_text(const Layer& layer) {
  const auto kind = enum_name(layer.kind);
  switch (layer.kind) {
    case LayerKind::kConv2d:
    case LayerKind::kMaxPool:
      return fmt::format("{} {}x{}, stride {}, {}", kind, layer.kernel, layer.kernel, layer.stride,
                         padding_text(layer));
    case LayerKind::kBatchNorm:
      return fmt::format("{}, eps {}", kind, layer.eps);
    case LayerKind::kGroupNorm:
      return fmt::format("{} of {}, eps {}", kind, layer.groups, layer.eps);
    default:
      return std::string(kind);
  }
}

std::string shape_text(const Shape& shape) {
  if (shape.height == 1 && shape.width == 1) return fmt::format("{}", shape.channels);
  return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

std::size_t parameters_of(const ModelLayout& layout, std::size_t layer) {
  std::size_t sum = 0;
  for (const int tensor : {layout.layers[layer].weight, layout.layers[layer].bias}) {
    if (tensor >= 0) sum += layout.tensors[static_cast<std::size_t>(tensor)].size;
  }
  return sum;
}

void print_network(const ModelSpec& spec) {
  const auto plan = layout(spec);
  fmt::print("network   {}: {} parameters, input {}, {} output{}, {}\n\n", spec.name,
             with_commas(static_cast<std::int64_t>(plan.parameters)), shape_text(spec.input),
             plan.outputs, plan.outputs == 1 ? "" : "s", enum_name(spec.loss));
  std::vector<std::vector<std::string>> rows{{"layer", "kind", "output", "parameters"}};
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const auto count = parameters_of(plan, i);
    rows.push_back({spec.layers[i].name, kind_text(spec.layers[i]), shape_text(plan.layers[i].out),
                    count == 0 ? "" : with_commas(static_cast<std::int64_t>(count))});
  }
  fmt::print("{}", table(rows, "llrr"));
}

// The plain members of `object`, and the Adam steps stored, if any.
void print_values(std::string_view title, const Json& object, std::int64_t adam_steps) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, value] : object.items()) {
    if (value.is_object() || value == "") continue;
    rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  if (adam_steps > 0) rows.push_back({"adam_steps", fmt::format("{}", adam_steps)});
  if (!rows.empty()) fmt::print("\n{}\n\n{}", title, table(rows, "l"));
}

Json shape_json(const Shape& shape) { return {shape.channels, shape.height, shape.width}; }

Json object_of(const std::string& text, const Stored& stored) {
  return parse_json(text, stored.path.string());
}

Json to_json(const Stored& stored) {
  const auto plan = layout(stored.spec);
  Json layers = Json::array();
  for (std::size_t i = 0; i < stored.spec.layers.size(); ++i) {
    layers.push_back({{"name", stored.spec.layers[i].name},
                      {"kind", enum_name(stored.spec.layers[i].kind)},
                      {"output", shape_json(plan.layers[i].out)},
                      {"parameters", parameters_of(plan, i)}});
  }
  Json json{{"kind", stored.kind},
            {"path", stored.path.string()},
            {"model", stored.spec.name},
            {"input", shape_json(stored.spec.input)},
            {"outputs", plan.outputs},
            {"parameters", plan.parameters},
            {"adam_steps", stored.meta.adam_steps},
            {"layers", layers}};
  if (stored.bundle) json["adaptation"] = use_json(*stored.bundle);
  json["training"] = object_of(stored.training, stored);
  json["run"] = object_of(stored.run, stored);
  return json;
}

// Rows of an inner batch of meta-training.
int train_batch(const TrainOptions& options, bool classes) {
  const std::int64_t support = std::int64_t{options.train_shots} * (classes ? options.ways : 1);
  const std::int64_t batch = options.inner_batch == 0 ? support : options.inner_batch;
  return static_cast<int>(std::min(batch, support));
}

void run(const Arguments& arguments) {
  expect_positionals(arguments,
                     std::array<std::string_view, 1>{"a run folder, bundle or checkpoint"});
  InfoCommand options;
  arguments.apply(options);
  if (options.plan && options.json) {
    throw UsageError("--plan prints lines for people, not JSON; give --plan or --json, not both");
  }
  const auto stored = load_stored(arguments.positionals[0]);
  const bool classes = stored.spec.loss == Loss::kCrossEntropy;
  if (options.plan) {
    return fmt::print("{}", describe_plan(stored.spec, train_batch(stored.options, classes),
                                          stored.options.inner.precision, options.engine));
  }
  if (options.json) return fmt::print("{}\n", dump_json(to_json(stored), "info", 2));
  fmt::print("{:<10} {}\n{}", stored.kind, stored.path.string(),
             stored.note.empty() ? "" : "note      " + stored.note + '\n');
  const bool adapted = stored.bundle && is_adapted(*stored.bundle);
  fmt::print("{}", labelled(adapted ? "start" : "training",
                            stored.options.data.dataset + ", " +
                                describe_training(stored.options, classes ? AnswerKind::kClass
                                                                          : AnswerKind::kValue),
                            text_columns(1)));
  if (stored.bundle) print_use(*stored.bundle);
  print_network(stored.spec);
  if (stored.bundle) print_calibration(*stored.bundle);
  const auto training = object_of(stored.training, stored);
  print_values("made by", training, stored.meta.adam_steps);
  print_values("options", training.value("options", Json::object()), 0);
  print_values("run", object_of(stored.run, stored), 0);
}

}  // namespace

const Command kInfo{
    .name = "info",
    .usage = "PATH [options]",
    .summary = "show what a run folder, bundle or checkpoint holds",
    .details =
        "PATH is a run folder (its bundle, or else its newest checkpoint), a bundle "
        "or a checkpoint.\n"
        "\n"
        "  anole info runs/glyphs-1\n"
        "  anole info runs/glyphs-1 --plan\n",
    .flags = [] { return flags_of<InfoCommand>(); },
    .run = run};

}  // namespace anole::cli
