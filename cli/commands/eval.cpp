// anole eval: how well an initialisation adapts to tasks it has never seen.

#include <fmt/ranges.h>

#include "anole/program/evaluation.h"
#include "cli/command.h"
#include "cli/commands/eval_flags.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

std::vector<FlagInfo> flags() {
  auto all = eval_flags();
  for (auto& flag : flags_of<EvalCommand>()) all.push_back(std::move(flag));
  return all;
}

// What makes this evaluation other than one on the classes that the run kept for it.
void print_notes(const Evaluation& evaluation) {
  const auto& tasks = evaluation.tasks;
  if (tasks.groups > 0) {
    fmt::print("the classes of a task come from one group; {}",
               counted(static_cast<std::int64_t>(tasks.groups), "group"));
    if (!tasks.left_out.empty()) {
      fmt::print(", without those with too few classes: {}", fmt::join(tasks.left_out, ", "));
    }
    fmt::print("\n");
  }
  if (!tasks.hash.empty()) fmt::print("tasks with hash {}\n", tasks.hash);
  if (evaluation.trained_on > 0) {
    fmt::print("note: the run was trained on {} of these classes, under another split\n",
               evaluation.trained_on);
  }
}

void print_protocol(const Evaluation& evaluation) {
  const auto& request = evaluation.request;
  const auto& experiment = *evaluation.experiment;
  const auto& options = request.options;
  const auto& eval = options.eval;
  const bool random = request.choice.random_init;
  fmt::print("{}\n", describe_data(experiment));
  fmt::print("{}, {}\n", describe_network(experiment.spec()),
             random ? "random initialisation" : "from " + request.stored.path.string());
  if (experiment.form().answer == AnswerKind::kValue) {
    fmt::print("{} of {}; seed {}\n", counted(eval.tasks, "task"), counted(options.shots, "point"),
               options.seed);
  } else {
    fmt::print("{} of {} {} classes, {}, {} a class; seed {}\n", counted(eval.tasks, "task"),
               options.ways, enum_name(request.choice.tasks.split_part),
               counted(options.shots, "shot"), counted(eval.queries, "query", "queries"),
               options.seed);
  }
  fmt::print("{} of {}{}, {}\n", counted(eval.eval_steps, "inner step"),
             eval.eval_batch == 0 ? "all support rows" : counted(eval.eval_batch, "row"),
             shift_text(eval.eval_shift), describe_optimizer(loop_of(evaluation.plan).steps.inner));
}

void print_result(const EvalResult& result, bool modes_differ) {
  const auto& metric = *result.metric;
  const bool after_only = result.norms[0].curve.empty();
  std::vector<std::vector<std::string>> scores{
      {std::string(metric.name), "before", "after adapting"}},
      curve(1);
  if (after_only) scores[0].erase(scores[0].begin() + 1);
  curve[0].push_back("after n inner steps");
  for (const auto& point : result.norms[0].curve)
    curve[0].push_back(fmt::format("{}", point.steps));
  for (const auto& mode : result.norms) {
    const std::string name(modes_differ ? enum_name(mode.norm) : "no batch-norm");
    scores.push_back({name});
    if (!after_only) scores.back().push_back(score_text(mode.before, metric));
    scores.back().push_back(score_text(mode.after, metric));
    curve.push_back({name});
    for (const auto& point : mode.curve) {
      curve.back().push_back(number_text(point.score.mean, metric));
    }
    if (!modes_differ) break;
  }
  fmt::print("{}\n", table(scores, "lr"));
  if (!after_only) fmt::print("{}\n", table(curve, "lr"));
  fmt::print("± is the 95 % confidence interval over tasks.\n");
}

void print_calibration(const CalibrationCheck& check) {
  fmt::print(
      "\nProbabilities, support, {} rows: expected calibration error {:.2f} % at temperature "
      "{:.3f} ({:.2f} % at 1).\n",
      with_commas(check.rows), 100 * check.error, check.point.temperature,
      100 * check.error_without);
  fmt::print(
      "Rows of other classes: area under the ROC curve {:.3f}; at or above the threshold {:.3f} "
      "are "
      "{:.1f} % of known and {:.1f} % of other rows.\n",
      check.separation, check.point.threshold, 100 * check.known, 100 * check.strange);
}

void run(const Arguments& arguments) {
  EvalCommand command;
  arguments.apply(command);
  auto evaluation = prepare_evaluation(eval_request(arguments));
  for (const auto& note : evaluation.notes) print_note(note);

  catch_interrupts();
  ProgressLine line(!command.quiet);
  const auto& choice = evaluation.request.choice;
  LearnerTeam team([&] { return make_learner(evaluation.spec, choice.engine); },
                   resolved_threads(evaluation.request.options.threads));
  if (!command.quiet) print_note(team.pool().shortfall());
  evaluation.plan.progress = task_progress(line, evaluation.plan.options.tasks);
  const auto outcome = run_evaluation(evaluation, team);
  line.clear();

  if (command.json) return fmt::print("{}\n", evaluation_json(evaluation, outcome));
  print_protocol(evaluation);
  print_notes(evaluation);
  fmt::print("\n");
  print_result(outcome.result, !signature_of(evaluation.spec).statistics.empty());
  if (outcome.calibration) print_calibration(*outcome.calibration);
}

}  // namespace

const Command kEval{
    .name = "eval",
    .usage = "RUN|BUNDLE [options]",
    .summary = "measure how well an initialisation adapts to new tasks",
    .details =
        "Data set, split and protocol are the run's unless an option changes them. Batch-norm has "
        "no "
        "running averages, so a result states which rows shared the batch: transductive, the query "
        "rows of the task alone; support+1, all support rows and one query row at a time; support, "
        "the support rows, frozen, which is how a deployed bundle predicts.\n"
        "\n"
        "  anole eval runs/omniglot-1\n"
        "  anole eval runs/omniglot-1 --shots 5 --norm transductive --json\n"
        "  anole eval runs/omniglot-1 --random-init\n",
    .flags = flags,
    .run = run};

}  // namespace anole::cli
