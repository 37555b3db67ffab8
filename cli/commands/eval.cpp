// anole eval: how well an initialisation adapts to tasks it has never seen.

#include <fmt/ranges.h>

#include <algorithm>

#include "anole/calibrate/calibrate.h"
#include "anole/core/error.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/kinds.h"
#include "anole/eval/eval_json.h"
#include "anole/io/fields_json.h"
#include "anole/make_learner.h"
#include "anole/train/experiment.h"
#include "cli/command.h"
#include "cli/commands/eval_request.h"
#include "cli/describe.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace anole::cli {

namespace {

// Options of the run that an evaluation may change.
constexpr std::string_view kOverrides[] = {"dataset",   "data",           "split",
                                           "channels",  "resize",         "fit",
                                           "invert",    "ways",           "shots",
                                           "queries",   "tasks",          "eval_batch",
                                           "threads",   "seed",           "eval_steps",
                                           "eval_lr",   "eval_shift",     "within",
                                           "precision", "loss_reduction", "skip_small_classes"};

}  // namespace

std::vector<FlagInfo> eval_flags() {
  std::vector<FlagInfo> flags;
  for (auto flag : flags_of<TrainOptions>()) {
    if (std::ranges::find(kOverrides, flag.name) == std::end(kOverrides)) continue;
    if (!flag.output) flag.fallback = "the run's";
    flags.push_back(std::move(flag));
  }
  for (auto& flag : flags_of<EvalCommand>()) flags.push_back(std::move(flag));
  return flags;
}

namespace {

// Tasks of another number of classes than the network was trained on get a head of that size and,
// unless the user says how it is adapted, the inner loop that an Adapter gives as many examples.
void take_ways(Request& request, const Arguments& arguments) {
  auto& stored = request.stored;
  auto& options = request.options;
  const int ways = options.ways;
  if (stored.spec.loss != Loss::kCrossEntropy || layout(stored.spec).outputs == ways) return;
  if (!arguments.has("eval_batch") && !arguments.has("eval_steps")) {
    auto& eval = options.eval;
    const auto& run = stored.options;
    const auto grown =
        adaptation_schedule({.batch = eval.eval_batch, .steps = eval.eval_steps},
                            std::int64_t{run.ways} * run.shots, std::int64_t{ways} * options.shots);
    eval.eval_batch = grown.batch;
    eval.eval_steps = grown.steps;
  }
  Bundle bundle{.spec = stored.spec, .meta = std::move(stored.meta)};
  request.unlike_labels = !labels_start_alike(bundle);
  bundle = with_ways(std::move(bundle), ways);
  stored.spec = std::move(bundle.spec);
  stored.meta = std::move(bundle.meta);
}

bool is_own(const std::string& dataset) {
  return require_kind(dataset).origin == Origin::kOwnFiles;
}

// Other data in the shape that the network takes. No class of it was trained on, so that all of its
// own classes can be tested.
void choose_other_data(DataOptions& data) {
  data.train_classes = data.test_classes = data.validation_classes = 0;
  data.split_seed = 0;
  data.test_fraction = DataOptions().test_fraction;
  data = understood(data);
  data.known.reset();
  if (is_own(data.dataset)) data.known.emplace();
}

// Other data is brought to what the network takes, whatever it took to bring the run's own to it.
void turn_to_network(const Arguments& arguments, const Stored& stored, bool other_kind,
                     DataOptions& options) {
  options.network = stored.preprocessing;
  if (!other_kind && !arguments.has("data")) return;
  if (!arguments.has("invert")) options.invert = Invert::kAuto;
  if (!other_kind) return;
  options.image_size = 0;
  if (!arguments.has("channels")) options.channels = 0;
  if (!arguments.has("resize")) options.resize = ResizeRule::kAuto;
  if (!arguments.has("fit") && stored.preprocessing) options.fit = stored.preprocessing->fit;
}

// The run's data keeps the parts that its classes had, unless the user asks for another split.
void choose_data(Request& request, const Arguments& arguments) {
  auto& data = request.options.data;
  const auto& stored = request.stored;
  const bool other = data.dataset != stored.options.data.dataset;
  if (other && !arguments.has("split")) data.split.clear();
  turn_to_network(arguments, stored, other, data);
  if (other) {
    choose_other_data(data);
    arguments.apply(request.options);  // what is asked for is not forgotten, but refused
  }
  const bool asked = arguments.has("split") && (other || data.split != stored.split_name);
  if (!asked) return;
  data.known.reset();
  if (data.split != "seeded" && !require_kind(data.dataset).seed_makes_data) {
    data.split_seed = 0;
    data.test_fraction = DataOptions().test_fraction;
  }
}

}  // namespace

void require_same_data(const Request& request, const Experiment& experiment) {
  const auto &data = request.options.data, &trained = request.stored.options.data;
  const auto& hash = request.stored.dataset_hash;
  const bool may_differ = data.known || data.dataset != trained.dataset || !is_own(data.dataset) ||
                          data.split != trained.split;
  if (may_differ || hash.empty() || hash == experiment.dataset_hash()) return;
  throw Error(
      "{}: the data is not that of the run: its hash is {}, the run's is {}, and {} does not "
      "remember which classes it was trained on; point --data at the data of the run, or, for data "
      "of which it has seen nothing, add --split all",
      experiment.dataset_name(), experiment.dataset_hash(), hash, request.stored.path.string());
}

namespace {

// What the user should know of the data, one line each.
std::vector<std::string> notes_of(const Request& request, const Experiment& experiment,
                                  const ChosenTasks& tasks) {
  auto notes = experiment.notes();
  if (request.unlike_labels) {
    notes.push_back(fmt::format(
        "the network was trained without label symmetry: for {} classes each label gets the mean "
        "of its rows",
        request.options.ways));
  }
  const auto& known = request.options.data.known;
  const auto& hash = request.stored.dataset_hash;
  const bool says_so = std::ranges::any_of(
      notes, [](const auto& note) { return note.find("training:") != note.npos; });
  if (known && !known->empty() && hash != experiment.dataset_hash() && !says_so) {
    notes.push_back(fmt::format(
        "the data has changed since training: the same classes, but not the same items (hash {}, "
        "then {})",
        experiment.dataset_hash(), hash));
  }
  if (!tasks.too_small.empty()) {
    notes.push_back(fmt::format("left out, with fewer than {} items: {}",
                                request.options.shots + request.options.eval.queries,
                                fmt::join(tasks.too_small, ", ")));
  }
  return notes;
}

}  // namespace

Request parse_eval(const Arguments& arguments, const EvalCommand& usual) {
  expect_positionals(arguments, std::array<std::string_view, 1>{"a run folder or bundle"});
  Request request{.command = usual};
  arguments.apply(request.command);
  TrainOptions given;
  arguments.apply(given);  // mistakes in flags come before those in files
  request.stored = load_stored(arguments.positionals[0]);
  if (request.stored.bundle) {
    require_initialisation(*request.stored.bundle, request.stored.path.string());
  }
  auto& options = request.options = request.stored.options;
  options.threads = 0;
  arguments.apply(options);
  choose_data(request, arguments);
  request.file = read_task_file(request.command.tasks, arguments, options);
  if (!request.command.random_init) take_ways(request, arguments);
  return request;
}

void require_same_network(const Request& request, const Experiment& experiment) {
  const auto& stored = request.stored.spec;
  if (experiment.spec().loss != stored.loss) {
    throw UsageError("--dataset: the tasks of {} need a network for {}, that of {} is for {}",
                     experiment.dataset_name(), enum_name(experiment.spec().loss),
                     request.stored.path.string(), enum_name(stored.loss));
  }
  if (experiment.spec().input != stored.input) {
    const auto &needs = stored.input, &has = experiment.spec().input;
    throw Error("{}: the network takes rows of {}x{}x{}, the data set has {}x{}x{}",
                experiment.dataset_name(), needs.channels, needs.height, needs.width, has.channels,
                has.height, has.width);
  }
}

std::vector<NormMode> modes_of(NormChoice choice) {
  if (choice != NormChoice::kAll) return {static_cast<NormMode>(choice)};
  return {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport};
}

EvalPlan eval_plan(const Request& request, const Experiment& experiment, ProgressLine& line) {
  EvalPlan plan{.options = request.options.eval, .inner = experiment.eval_inner()};
  plan.norms = modes_of(request.command.norm);
  plan.seed = request.options.seed;
  plan.after_only = !request.command.curve;
  if (request.command.random_init) plan.inner.optimizer_state = OptimizerState::kReset;
  const double tasks = plan.options.tasks;
  plan.progress = [&line, tasks](std::int64_t done) {
    if (interrupt_flag()) throw Interrupted("interrupted");
    const double fraction = static_cast<double>(done) / tasks;
    if (done == 0 || !line.due(fraction)) return;
    line.show(fraction, {fmt::format("{}/{} tasks", with_commas(done),
                                     with_commas(static_cast<std::int64_t>(tasks))),
                         duration(line.seconds() / fraction * (1 - fraction)) + " left"});
  };
  return plan;
}

namespace {

// Without batch-norm all modes agree, so one is computed and stands for the others.
EvalResult evaluate_modes(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                          EvalPlan plan) {
  const auto modes = plan.norms;
  const bool alike = team.learner(0).signature().statistics.empty();
  if (alike) plan.norms = {modes[0]};
  auto result = evaluate(team, meta, source, plan);
  for (std::size_t i = 1; alike && i < modes.size(); ++i) {
    result.norms.push_back(result.norms[0]);
    result.norms.back().norm = modes[i];
  }
  return result;
}

// What makes this evaluation other than one on the classes that the run kept for it.
void print_notes(const ChosenTasks& tasks, std::size_t leaked) {
  if (tasks.groups > 0) {
    fmt::print("the classes of a task come from one group; {}",
               counted(static_cast<std::int64_t>(tasks.groups), "group"));
    if (!tasks.left_out.empty()) {
      fmt::print(", without those with too few classes: {}", fmt::join(tasks.left_out, ", "));
    }
    fmt::print("\n");
  }
  if (!tasks.hash.empty()) fmt::print("tasks with hash {}\n", tasks.hash);
  if (leaked > 0) {
    fmt::print("note: the run was trained on {} of these classes, under another split\n", leaked);
  }
}

void print_protocol(const Request& request, const Experiment& experiment, const EvalPlan& plan) {
  const auto& options = request.options;
  const auto& eval = options.eval;
  const bool random = request.command.random_init;
  fmt::print("{}\n", describe_data(experiment));
  fmt::print("{}, {}\n", describe_network(experiment.spec()),
             random ? "random initialisation" : "from " + request.stored.path.string());
  if (experiment.form().answer == AnswerKind::kValue) {
    fmt::print("{} of {}; seed {}\n", counted(eval.tasks, "task"), counted(options.shots, "point"),
               options.seed);
  } else {
    fmt::print("{} of {} {} classes, {}, {} a class; seed {}\n", counted(eval.tasks, "task"),
               options.ways, enum_name(request.command.tasks.split_part),
               counted(options.shots, "shot"), counted(eval.queries, "query", "queries"),
               options.seed);
  }
  fmt::print("{} of {}{}, {}\n", counted(eval.eval_steps, "inner step"),
             eval.eval_batch == 0 ? "all support rows" : counted(eval.eval_batch, "row"),
             shift_text(eval.eval_shift), describe_optimizer(loop_of(plan).steps.inner));
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

// On tasks of the part's classes, as a deployed bundle answers; nothing if it was not asked for.
std::optional<CalibrationCheck> calibration_check(const Request& request,
                                                  const Experiment& experiment) {
  if (!request.command.calibration) return {};
  const auto* data = experiment.distribution().classes();
  if (data == nullptr || !request.stored.bundle) {
    throw UsageError("--calibration: expected a bundle for tasks of classes");
  }
  auto bundle = *request.stored.bundle;
  bundle.spec = request.stored.spec;
  bundle.meta = request.stored.meta;
  const auto& options = request.options;
  return check_calibration({.bundle = bundle,
                            .dataset = data->dataset,
                            .classes = classes_of(data->split, request.command.tasks.split_part),
                            .make = learners(request.command.engine),
                            .threads = resolved_threads(options.threads),
                            .options = {.ways = {options.ways}, .shots = {options.shots}},
                            .tasks = options.eval.tasks,
                            .seed = options.seed});
}

Json calibration_json(const CalibrationCheck& check) {
  return {{"rows", check.rows},
          {"temperature", check.point.temperature},
          {"error", 100 * check.error},
          {"error_at_1", 100 * check.error_without},
          {"separation", check.separation},
          {"threshold", check.point.threshold},
          {"known", check.known},
          {"strange", check.strange}};
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

// The stable shape of eval_json, with keys for what is not a result on test classes of a trained
// run.
std::string result_json(const Request& request, const Experiment& experiment,
                        const EvalResult& result, const ChosenTasks& tasks, std::size_t leaked,
                        const std::optional<CalibrationCheck>& check) {
  auto protocol = experiment.test_protocol(request.options.seed);
  if (request.command.random_init) protocol.optimizer_state = OptimizerState::kReset;
  auto json = parse_json(eval_json(result, protocol), "eval");
  if (request.command.tasks.split_part != Part::kTest) {
    json["split_part"] = enum_name(request.command.tasks.split_part);
  }
  if (request.command.random_init) json["random_init"] = true;
  if (tasks.groups > 0) {
    json["within"] = "group";
    json["groups"] = tasks.groups;
    json["left_out"] = tasks.left_out;
  }
  if (!tasks.hash.empty()) json["tasks_hash"] = tasks.hash;
  if (leaked > 0) json["trained_on"] = leaked;
  if (check) json["calibration"] = calibration_json(*check);
  const auto notes = notes_of(request, experiment, tasks);
  if (!notes.empty()) json["notes"] = notes;
  return dump_json(json, "eval");
}

void run(const Arguments& arguments) {
  const auto request = parse_eval(arguments, {});
  const auto& command = request.command;
  const Experiment experiment(request.options, Purpose::kEvaluation);
  require_same_data(request, experiment);
  if (!command.random_init) require_same_network(request, experiment);
  const auto& spec = command.random_init ? experiment.spec() : request.stored.spec;
  const auto tasks = choose_tasks(experiment, command.tasks, request.file);
  const auto leaked =
      command.random_init ? 0 : trained_on(experiment, command.tasks.split_part, request.stored);
  for (const auto& note : notes_of(request, experiment, tasks)) print_note(note);

  catch_interrupts();
  ProgressLine line(!command.quiet);
  LearnerTeam team([&] { return make_learner(spec, command.engine); },
                   resolved_threads(request.options.threads));
  if (!command.quiet) print_note(team.pool().shortfall());
  const auto meta = command.random_init ? initial_state(request.options, team.learner(0),
                                                        request.stored.meta.moment_rows)
                                        : request.stored.meta;
  const auto plan = eval_plan(request, experiment, line);
  const auto result = evaluate_modes(team, meta, *tasks.source, plan);
  line.clear();

  const auto check = calibration_check(request, experiment);
  if (command.json) {
    return fmt::print("{}\n", result_json(request, experiment, result, tasks, leaked, check));
  }
  print_protocol(request, experiment, plan);
  print_notes(tasks, leaked);
  fmt::print("\n");
  print_result(result, !signature_of(spec).statistics.empty());
  if (check) print_calibration(*check);
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
    .flags = eval_flags,
    .run = run};

}  // namespace anole::cli
