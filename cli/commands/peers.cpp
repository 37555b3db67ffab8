// anole peers: classic classifiers beside ours, on the same tasks.

#include <fmt/ranges.h>

#include <algorithm>

#include "anole/core/clock.h"
#include "anole/core/error.h"
#include "anole/distributions/class_distribution.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/peers/comparison.h"
#include "anole/peers/scikit.h"
#include "anole/program/evaluation.h"
#include "anole/report/comparisons.h"
#include "anole/report/page.h"
#include "anole/runs/run_files.h"
#include "anole/tasks/task_list.h"
#include "anole/train/experiment.h"
#include "cli/command.h"
#include "cli/commands/eval_flags.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

constexpr int kUsualTasks = 1000;
constexpr int kTuningTasks = 200;  // at most; each peer sees them once for every setting
constexpr int kRandomSteps = 50;   // at least: ten are few for a start that knows nothing

struct PeersCommand {
  EvalCommand shared = {};
  std::string python = "python3";

  static constexpr auto fields() {
    return std::tuple{Nested{&PeersCommand::shared}, Heading{"Run"},
                      Field{"python", &PeersCommand::python,
                            "a Python that can import scikit-learn, which runs the peers"}};
  }
};

// Those of `eval` that make sense here, with the defaults of this command.
std::vector<FlagInfo> peers_flags() {
  constexpr std::string_view kNotHere[] = {"random_init", "curve", "tasks_out"};
  std::vector<FlagInfo> flags;
  for (auto flag : eval_flags()) {
    if (std::ranges::find(kNotHere, flag.name) != std::end(kNotHere)) continue;
    if (flag.name == "norm") flag.fallback = "support";
    if (flag.name == "tasks") flag.fallback = fmt::format("{}", kUsualTasks);
    flags.push_back(std::move(flag));
  }
  for (auto& flag : flags_of<PeersCommand>()) flags.push_back(std::move(flag));
  return flags;
}

EvalRequest parse_peers(const Arguments& arguments) {
  auto request = eval_request(arguments, {.norm = NormChoice::kSupport});
  const bool counted = arguments.has("tasks") || request.file;
  if (!counted) request.options.eval.tasks = std::min(request.options.eval.tasks, kUsualTasks);
  return request;
}

// The evaluation's tasks as draws.
std::vector<TaskDraw> draws_of(const TaskSource& source, int tasks) {
  if (const auto* listed = dynamic_cast<const ListedTasks*>(&source)) {
    const auto& all = listed->list().tasks;
    return {all.begin(), all.begin() + tasks};
  }
  const auto* drawn = dynamic_cast<const ClassTasks*>(&source);
  ANOLE_CHECK(drawn != nullptr);
  std::vector<TaskDraw> draws;
  for (int i = 0; i < tasks; ++i) {
    draws.push_back(drawn->draw(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i)));
  }
  return draws;
}

// Tasks of classes that are not scored, of the same shape; none: nothing can be tuned.
struct Tuning {
  std::string on = {};  // "validation classes"
  std::vector<TaskDraw> draws = {};
};
Tuning tuning_of(const Experiment& experiment, Part scored) {
  for (const auto part : {Part::kValidation, Part::kTrain}) {
    if (part == scored || !experiment.distribution().has(part)) continue;
    try {
      const auto source = experiment.class_tasks(part, experiment.options().seed);
      const int tasks = std::min(kTuningTasks, experiment.options().eval.tasks);
      return {.on = part == Part::kValidation ? "validation classes" : "training classes",
              .draws = draws_of(*source, tasks)};
    } catch (const Error&) {  // too few of them for such tasks: the next part
    }
  }
  return {};
}

// Accuracies of the tasks, in percent, under the plan's first norm mode; all modes' scores.
struct Ours {
  std::vector<double> accuracies = {};
  std::vector<OurScore> scores = {};
  double seconds = 0;
};
Ours evaluate_ours(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                   EvalPlan plan) {
  plan.after_only = plan.keep_outputs = true;
  const double began = now_seconds();
  const auto result = evaluate(team, meta, source, plan);
  Ours ours{.seconds = now_seconds() - began};
  for (const auto& norm : result.norms) {
    ours.scores.push_back({std::string(enum_name(norm.norm)), norm.after});
  }
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    const auto task = source.task(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i));
    ours.accuracies.push_back(accuracy(result.outputs[i].norms[0], task.query));
  }
  return ours;
}

// `support` first where there are several modes: it is how a deployed network predicts.
EvalPlan with_support_first(EvalPlan plan) {
  std::ranges::stable_partition(plan.norms,
                                [](NormMode mode) { return mode == NormMode::kSupport; });
  return plan;
}

ComparedPeer random_start(const EvalRequest& request, LearnerTeam& team, const TaskSource& source,
                          EvalPlan plan, const Ours& ours) {
  plan.norms = {plan.norms[0]};
  plan.options.eval_steps = std::max(plan.options.eval_steps, kRandomSteps);
  plan.inner.optimizer_state = OptimizerState::kReset;
  const auto meta =
      initial_state(request.options, team.learner(0), request.stored.meta.moment_rows);
  const auto random = evaluate_ours(team, meta, source, plan);
  return compared(fmt::format("same network, random start, {} steps", plan.options.eval_steps),
                  ours.accuracies, random.accuracies, random.seconds);
}

std::vector<double> percent(const std::vector<int>& right, int queries) {
  std::vector<double> values;
  for (const int count : right) values.push_back(100.0 * count / queries);
  return values;
}

std::vector<ComparedPeer> scikit_peers(const Experiment& experiment, const TaskSource& source,
                                       const Tuning& tuning, const PeersCommand& command,
                                       const Ours& ours) {
  const auto& options = experiment.options();
  const auto scored = draws_of(source, options.eval.tasks);
  const auto answers = scikit_answers(
      {.dataset = experiment.distribution().classes()->dataset,
       .scored = scored,
       .tuning = tuning.draws},
      {.python = command.python, .threads = resolved_threads(options.threads), .while_running = [] {
         if (interrupt_flag()) throw Interrupted("interrupted");
       }});
  std::vector<ComparedPeer> peers;
  for (const auto& peer : answers) {
    const auto theirs = percent(peer.right, options.ways * options.eval.queries);
    peers.push_back(compared(peer.name, ours.accuracies, theirs, peer.seconds));
    peers.back().settings = peer.settings;
  }
  return peers;
}

std::string points(const Estimate& estimate, bool sign) {
  return sign ? fmt::format("{:+.2f} ± {:.2f}", estimate.mean, estimate.ci95)
              : fmt::format("{:.2f} ± {:.2f} %", estimate.mean, estimate.ci95);
}

std::string seconds(double value) { return fmt::format("{:.1f} s", value); }

void print_comparison(const Comparison& all) {
  std::vector<std::vector<std::string>> rows{{"", "accuracy", "ours less it", "time", "tuned to"}};
  for (std::size_t i = 0; i < all.ours.size(); ++i) {
    rows.push_back({"anole, norm " + all.ours[i].norm, points(all.ours[i].accuracy, false), "",
                    i == 0 ? seconds(all.seconds) : "", ""});
  }
  for (const auto& peer : all.peers) {
    rows.push_back({peer.name, points(peer.accuracy, false), points(peer.difference, true),
                    seconds(peer.seconds), peer.settings});
  }
  fmt::print("{}\n", table(rows, "lrrrl"));
  fmt::print(
      "± is the 95 % confidence interval over tasks, of differences task by task. Peers see "
      "each query row alone, as norm support does; {}.\n",
      all.tuned_on.empty() ? "they are not tuned, as there are no other classes"
                           : "they are tuned on tasks of " + all.tuned_on);
}

void print_tasks(const EvalRequest& request, const Experiment& experiment, const Comparison& all) {
  fmt::print("{}\n{}, from {}\n", describe_data(experiment), describe_network(experiment.spec()),
             request.stored.path.string());
  fmt::print("{} of {} {} classes, {}, {} a class; seed {}; {}\n\n", counted(all.tasks, "task"),
             all.shape.ways, all.part, counted(all.shape.shots, "shot"),
             counted(all.shape.queries, "query", "queries"), all.seed,
             counted(all.inner_steps, "inner step"));
}

// peers.json into a run folder, and the section into its page, if there is one.
void record(const std::filesystem::path& folder, const Comparison& all) {
  if (!path_exists(folder / kRunFile)) return;  // a lone bundle
  write_file_atomically(folder / kPeersFile, comparison_json(all, 2) + "\n");
  const auto page = folder / kReportFile;
  if (path_exists(page)) {
    write_file_atomically(page, with_peers(read_file(page), peers_section(all)));
  }
}

Comparison compare(const EvalRequest& request, const Experiment& experiment,
                   const PeersCommand& command) {
  const auto& options = request.options;
  const auto part = request.choice.tasks.split_part;
  const auto tasks = choose_tasks(experiment, request.choice.tasks, request.file);
  const auto tuning = tuning_of(experiment, part);
  ProgressLine line(!command.shared.quiet);
  LearnerTeam team([&] { return make_learner(request.stored.spec, request.choice.engine); },
                   resolved_threads(options.threads));
  if (!command.shared.quiet) print_note(team.pool().shortfall());
  auto plan = with_support_first(eval_plan(request, experiment));
  plan.progress = task_progress(line, plan.options.tasks);
  const auto ours = evaluate_ours(team, request.stored.meta, *tasks.source, plan);
  Comparison all{.dataset = experiment.dataset_name(),
                 .split = experiment.split_name(),
                 .part = std::string(enum_name(part)),
                 .shape = experiment.eval_plan().shape,
                 .tasks = options.eval.tasks,
                 .seed = options.seed,
                 .inner_steps = options.eval.eval_steps,
                 .tuned_on = tuning.on,
                 .ours = ours.scores,
                 .seconds = ours.seconds};
  all.peers = scikit_peers(experiment, *tasks.source, tuning, command, ours);
  all.peers.push_back(random_start(request, team, *tasks.source, plan, ours));
  line.clear();
  return all;
}

void run(const Arguments& arguments) {
  PeersCommand command;
  arguments.apply(command);
  const auto request = parse_peers(arguments);
  const Experiment experiment(request.options, Purpose::kEvaluation);
  if (experiment.distribution().classes() == nullptr) {
    throw UsageError("{} tasks have no classes, which the peers are for",
                     experiment.dataset_name());
  }
  require_same_data(request, experiment);
  require_same_network(request, experiment);
  for (const auto& note : experiment.notes()) print_note(note);
  catch_interrupts();
  const auto all = compare(request, experiment, command);
  const std::filesystem::path path = arguments.positionals[0];
  if (is_folder(path)) record(path, all);
  if (command.shared.json) return fmt::print("{}\n", comparison_json(all));
  print_tasks(request, experiment, all);
  print_comparison(all);
}

}  // namespace

const Command kPeers{
    .name = "peers",
    .usage = "RUN|BUNDLE [options]",
    .summary = "compare with classic classifiers on the same tasks",
    .details =
        "Draws the tasks that 'anole eval' draws, and beside ours lets scikit-learn answer them: "
        "class means (Euclidean and cosine), logistic regression and k-nearest neighbours on the "
        "raw rows, tuned on tasks of validation classes; and the same network from a random start. "
        "Differences are paired, task by task. Of a run folder, the table also goes into "
        "peers.json and report.html there. scikit-learn is needed by this command alone:\n"
        "\n"
        "  python3 -m venv ~/peers && ~/peers/bin/pip install scikit-learn\n"
        "  anole peers runs/omniglot-1 --python ~/peers/bin/python\n"
        "  anole peers runs/omniglot-1 --shots 5 --norm all --tasks 2000 --json\n",
    .flags = peers_flags,
    .run = run};

}  // namespace anole::cli
