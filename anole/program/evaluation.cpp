#include "anole/program/evaluation.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "anole/core/error.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/kinds.h"
#include "anole/eval/eval_json.h"
#include "anole/io/fields_json.h"

namespace anole {
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
  for (auto& flag : flags_of<EvalChoice>()) flags.push_back(std::move(flag));
  return flags;
}

namespace {

// Tasks of another number of classes than the network was trained on get a head of that size and,
// unless the user says how it is adapted, the inner loop that an Adapter gives as many examples.
void take_ways(EvalRequest& request, const Arguments& arguments) {
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
void choose_data(EvalRequest& request, const Arguments& arguments) {
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

void require_same_data(const EvalRequest& request, const Experiment& experiment) {
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
std::vector<std::string> notes_of(const EvalRequest& request, const Experiment& experiment,
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

EvalRequest eval_request(const Arguments& arguments, const EvalChoice& usual) {
  expect_positionals(arguments, std::array<std::string_view, 1>{"a run folder or bundle"});
  EvalRequest request{.choice = usual};
  arguments.apply(request.choice);
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
  request.file = read_task_file(request.choice.tasks, arguments, options);
  if (!request.choice.random_init) take_ways(request, arguments);
  return request;
}

void require_same_network(const EvalRequest& request, const Experiment& experiment) {
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

EvalPlan eval_plan(const EvalRequest& request, const Experiment& experiment) {
  EvalPlan plan{.options = request.options.eval, .inner = experiment.eval_inner()};
  plan.norms = modes_of(request.choice.norm);
  plan.seed = request.options.seed;
  plan.after_only = !request.choice.curve;
  if (request.choice.random_init) plan.inner.optimizer_state = OptimizerState::kReset;
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

// Before anything is evaluated.
void require_calibration(const EvalRequest& request, const Experiment& experiment) {
  if (!request.choice.calibration) return;
  if (experiment.distribution().classes() != nullptr && request.stored.bundle) return;
  throw UsageError("--calibration: expected a bundle for tasks of classes");
}

// On tasks of the part's classes, as a deployed bundle answers; nothing if it was not asked for.
std::optional<CalibrationCheck> calibration_check(const EvalRequest& request,
                                                  const Experiment& experiment) {
  if (!request.choice.calibration) return {};
  const auto* data = experiment.distribution().classes();
  auto bundle = *request.stored.bundle;
  bundle.spec = request.stored.spec;
  bundle.meta = request.stored.meta;
  const auto& options = request.options;
  return check_calibration({.bundle = bundle,
                            .dataset = data->dataset,
                            .classes = classes_of(data->split, request.choice.tasks.split_part),
                            .make = learners(request.choice.engine),
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

}  // namespace

Evaluation prepare_evaluation(EvalRequest request, const RowsInMemory* rows) {
  if (rows) request.options.data = without_files(std::move(request.options.data));
  const auto& options = request.options;
  Evaluation evaluation;
  evaluation.experiment =
      rows ? std::make_unique<Experiment>(
                 options, std::make_unique<ClassDistribution>(load_rows(*rows, options.data)),
                 Purpose::kEvaluation)
           : std::make_unique<Experiment>(options, Purpose::kEvaluation);
  const auto& experiment = *evaluation.experiment;
  require_same_data(request, experiment);
  require_calibration(request, experiment);
  const auto& choice = request.choice;
  if (!choice.random_init) {
    require_same_network(request, experiment);
    evaluation.trained_on = trained_on(experiment, choice.tasks.split_part, request.stored);
  }
  evaluation.spec = choice.random_init ? experiment.spec() : request.stored.spec;
  evaluation.tasks = choose_tasks(experiment, choice.tasks, request.file);
  evaluation.notes = notes_of(request, experiment, evaluation.tasks);
  evaluation.plan = eval_plan(request, experiment);
  evaluation.request = std::move(request);
  return evaluation;
}

EvaluationOutcome run_evaluation(const Evaluation& evaluation, LearnerTeam& team) {
  const auto& request = evaluation.request;
  const auto meta = request.choice.random_init ? initial_state(request.options, team.learner(0),
                                                               request.stored.meta.moment_rows)
                                               : request.stored.meta;
  EvaluationOutcome outcome;
  outcome.result = evaluate_modes(team, meta, *evaluation.tasks.source, evaluation.plan);
  outcome.calibration = calibration_check(request, *evaluation.experiment);
  return outcome;
}

std::string evaluation_json(const Evaluation& evaluation, const EvaluationOutcome& outcome) {
  const auto& choice = evaluation.request.choice;
  const auto& tasks = evaluation.tasks;
  auto protocol = evaluation.experiment->test_protocol(evaluation.request.options.seed);
  if (choice.random_init) protocol.optimizer_state = OptimizerState::kReset;
  auto json = parse_json(eval_json(outcome.result, protocol), "eval");
  if (choice.tasks.split_part != Part::kTest) {
    json["split_part"] = enum_name(choice.tasks.split_part);
  }
  if (choice.random_init) json["random_init"] = true;
  if (tasks.groups > 0) {
    json["within"] = "group";
    json["groups"] = tasks.groups;
    json["left_out"] = tasks.left_out;
  }
  if (!tasks.hash.empty()) json["tasks_hash"] = tasks.hash;
  if (evaluation.trained_on > 0) json["trained_on"] = evaluation.trained_on;
  if (outcome.calibration) json["calibration"] = calibration_json(*outcome.calibration);
  if (!evaluation.notes.empty()) json["notes"] = evaluation.notes;
  return dump_json(json, "eval");
}

}  // namespace anole
