// anole diagnose: what meta-training did to an initialisation, measured on sampled tasks.

#include "anole/diagnose/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/fields_json.h"
#include "anole/io/file_system.h"
#include "anole/make_learner.h"
#include "anole/runs/run_files.h"
#include "anole/runs/stored.h"
#include "anole/train/experiment.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

struct DiagnoseCommand {
  DiagnoseOptions diagnose = {};
  Engine engine = Engine::kFused;
  bool quiet = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{Nested{&DiagnoseCommand::diagnose},
                      Field{"engine", &DiagnoseCommand::engine,
                            "fused, onednn (its peer) or reference (plain loops)"},
                      Field{"quiet", &DiagnoseCommand::quiet, "show no progress"},
                      Field{"json", &DiagnoseCommand::json, "print one JSON object"}};
  }
};

// Options of the run that change where its data lies, which tasks are drawn, and on how many cores.
constexpr std::string_view kOverrides[] = {"data", "seed", "threads"};

std::vector<FlagInfo> diagnose_flags() {
  auto flags = flags_of<DiagnoseCommand>();
  for (auto flag : flags_of<TrainOptions>()) {
    if (std::ranges::find(kOverrides, flag.name) == std::end(kOverrides)) continue;
    if (!flag.output) flag.fallback = "the run's";
    flags.push_back(std::move(flag));
  }
  return flags;
}

// The lengths of the meta-updates in metrics.jsonl; none of a lone file, or of a run that was made
// before they were recorded.
std::vector<double> update_norms(const std::filesystem::path& run) {
  std::vector<double> norms;
  if (!path_exists(run / kMetricsFile)) return norms;
  std::istringstream lines(read_file(run / kMetricsFile));
  for (std::string line; std::getline(lines, line);) {
    const auto json = Json::parse(line, nullptr, false);  // a live run's last line may be torn
    const auto update = json.is_object() ? json.value("update", Json()) : Json();
    if (update.is_number()) norms.push_back(update);  // JSON has no infinity: it is written as null
  }
  return norms;
}

Json to_json(const Estimate& estimate) {
  return {{"mean", estimate.mean}, {"ci95", estimate.ci95}};
}

Json to_json(const StateAnalysis& state) {
  return {{"inner_product", to_json(state.inner_product)},
          {"cosine", to_json(state.cosine)},
          {"distance", to_json(state.distance)},
          {"loss", to_json(state.loss)},
          {"adapted_loss", to_json(state.adapted_loss)}};
}

Json to_json(const Diagnosis& found, const std::vector<double>& norms) {
  Json json{{"tasks", found.tasks},
            {"batches", found.batches},
            {"lr", found.lr},
            {"avg_grad", {{"norm", found.grad}}},
            {"avg_grad_inner", {{"norm", found.grad_inner}, {"cosine", found.grad_cosine}}},
            {"updates", Json::array()},
            {"before", to_json(found.before)},
            {"now", to_json(found.now)},
            {"segment", Json::array()}};
  for (const auto& update : found.updates) {
    json["updates"].push_back({{"name", update.name},
                               {"norm", update.norm},
                               {"cosine_avg_grad", update.cosine_grad},
                               {"cosine_avg_grad_inner", update.cosine_inner},
                               {"remainder", update.remainder}});
  }
  for (const auto& point : found.segment) {
    json["segment"].push_back({point.at, point.loss.mean, point.loss.ci95});
  }
  if (norms.empty()) return json;
  const auto growth = growth_of(norms);
  json["meta_update"] = {
      {"first_tenth", growth.first}, {"last_tenth", growth.last}, {"longest", growth.longest}};
  return json;
}

std::string number(double value) { return fmt::format("{:.4g}", value); }
std::string number(const Estimate& value) {
  return fmt::format("{:.4g} ± {:.2g}", value.mean, value.ci95);
}

void print_gradients(const Diagnosis& found) {
  fmt::print("Mean gradients over the tasks; {} inner steps of SGD, lr {:.3g}\n\n", found.batches,
             found.lr);
  std::vector<std::vector<std::string>> rows{
      {"", "norm", "cos AvgGrad", "cos AvgGradInner", "beyond two terms"},
      {"AvgGrad", number(found.grad), "1", fmt::format("{:+.3f}", found.grad_cosine), ""},
      {"AvgGradInner", number(found.grad_inner), fmt::format("{:+.3f}", found.grad_cosine), "1",
       ""}};
  for (const auto& update : found.updates) {
    const bool theory = &update != &found.updates.back();
    rows.push_back({std::string(update.name), number(update.norm),
                    fmt::format("{:+.3f}", update.cosine_grad),
                    fmt::format("{:+.3f}", update.cosine_inner),
                    theory ? fmt::format("{:.1f} %", 100 * update.remainder) : ""});
  }
  fmt::print("{}\n", table(rows, "lr"));
}

void print_states(const Diagnosis& found, int steps) {
  const auto row = [&](std::string name, Estimate StateAnalysis::*member) {
    return std::vector{std::move(name), number(found.before.*member), number(found.now.*member)};
  };
  fmt::print("Two mini-batches of one task, and {} inner steps on its support rows\n\n{}\n", steps,
             table({{"", "initial params", "these params"},
                    row("inner product of their gradients", &StateAnalysis::inner_product),
                    row("cosine of their gradients", &StateAnalysis::cosine),
                    row("loss before adapting", &StateAnalysis::loss),
                    row("loss after adapting", &StateAnalysis::adapted_loss),
                    row("distance moved", &StateAnalysis::distance)},
                   "lr"));
  std::vector<std::string> at{"from params (0) to adapted (1)"}, loss{"loss"};
  for (const auto& point : found.segment) {
    at.push_back(fmt::format("{:g}", point.at));
    loss.push_back(number(point.loss.mean));
  }
  fmt::print("Loss along the segment\n\n{}\n", table({at, loss}, "lr"));
}

void print_growth(const std::vector<double>& norms) {
  if (norms.empty()) return fmt::print("The lengths of the meta-updates are not recorded.\n");
  const auto growth = growth_of(norms);
  fmt::print(
      "Meta-update: mean length {:.4g} in the first tenth of training, {:.4g} in the last ({:.2f} "
      "times),\nlongest {:.4g}.\n",
      growth.first, growth.last, growth.ratio(), growth.longest);
}

DiagnosePlan plan_of(const DiagnoseCommand& command, const Experiment& experiment,
                     ProgressLine& line) {
  const double tasks = command.diagnose.tasks;
  return {.options = command.diagnose,
          .schedule = experiment.train_schedule(),
          .inner = experiment.eval_inner(),
          .seed = experiment.options().seed,
          .progress = [&line, tasks](std::int64_t done) {
            if (interrupt_flag()) throw Interrupted("interrupted");
            const double fraction = static_cast<double>(done) / tasks;
            if (line.due(fraction)) line.show(fraction, {counted(done, "task")});
          }};
}

void run(const Arguments& arguments) {
  expect_positionals(arguments,
                     std::array<std::string_view, 1>{"a run folder, bundle or checkpoint"});
  DiagnoseCommand command;
  arguments.apply(command);
  auto stored = load_stored(arguments.positionals[0]);
  if (stored.bundle) require_initialisation(*stored.bundle, stored.path.string());
  const auto trained = stored.options;  // of the initial params, whatever tasks are drawn
  stored.options.threads = 0;
  arguments.apply(stored.options);
  const Experiment experiment(stored.options);

  catch_interrupts();
  ProgressLine line(!command.quiet);
  const auto& spec = stored.spec;
  LearnerTeam team([&] { return make_learner(spec, command.engine); },
                   resolved_threads(stored.options.threads));
  if (!command.quiet) print_note(team.pool().shortfall());
  const auto initial = trained.init.empty()
                           ? initial_state(trained, team.learner(0), stored.meta.moment_rows)
                           : experiment.start(team.learner(0));
  const auto found = diagnose(team, initial, stored.meta, *experiment.train_tasks(),
                              plan_of(command, experiment, line));
  line.clear();

  const auto norms = update_norms(arguments.positionals[0]);
  if (command.json) return fmt::print("{}\n", dump_json(to_json(found, norms), "diagnose"));
  fmt::print("{}\n{}, from {}\n{} {}; seed {}\n\n", describe_data(experiment),
             describe_network(spec), stored.path.string(), counted(found.tasks, "task"),
             "of " + experiment.distribution().facts().training, stored.options.seed);
  print_gradients(found);
  print_states(found, command.diagnose.steps);
  print_growth(norms);
}

}  // namespace

const Command kDiagnose{
    .name = "diagnose",
    .usage = "RUN|BUNDLE|CHECKPOINT [options]",
    .summary = "measure how meta-training went: gradient agreement, distances, stability",
    .details =
        "On tasks of the training classes, under the run's inner loop: AvgGrad and AvgGradInner "
        "and the meta-gradients of Reptile, first-order MAML and MAML (Nichol et al. 2018, section "
        "5); how far the gradients of two mini-batches of a task agree; how far a long adaptation "
        "moves, and the loss on the way; whether the meta-updates grew. docs/theory.md explains "
        "the numbers.\n"
        "\n"
        "  anole diagnose runs/omniglot-1\n"
        "  anole diagnose runs/omniglot-1/previous.checkpoint --tasks 200 --json\n",
    .flags = diagnose_flags,
    .run = run};

}  // namespace anole::cli
