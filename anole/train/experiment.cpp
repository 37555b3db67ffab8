#include "anole/train/experiment.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "anole/bundle/bundle.h"
#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/core/text.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/kinds.h"
#include "anole/files/digest.h"
#include "anole/meta/label_symmetry.h"
#include "anole/meta/schedule.h"
#include "anole/tasks/class_tasks.h"
#include "anole/tasks/shift.h"

namespace anole {
namespace {

std::unique_ptr<const TaskDistribution> load(const TrainOptions& options) {
  auto data = options.data;
  data.threads = options.threads;
  return load_distribution(data);
}

ModelSpec network(ModelOptions options, std::string_view dataset, const TaskForm& form) {
  if (options.model.empty()) options.model = usual_model(dataset, form.row);
  const bool classes = form.answer == AnswerKind::kClass;
  return make_model(options, form.row, form.outputs,
                    classes ? Loss::kCrossEntropy : Loss::kMeanSquaredError);
}

// Runs `make` and says in its error which tasks were being set up.
template <class Make>
auto in_context(std::string_view context, Make make) {
  try {
    return make();
  } catch (const UsageError& error) {
    throw UsageError("{}: {}", context, error.what());
  } catch (const Error& error) {
    throw Error("{}: {}", context, error.what());
  }
}

}  // namespace

Experiment::Experiment(TrainOptions options, Purpose purpose)
    : Experiment(options, load(options), purpose) {}

Experiment::Experiment(TrainOptions options, LoadedData data)
    : Experiment(std::move(options), std::make_unique<const ClassDistribution>(std::move(data))) {}

Experiment::Experiment(TrainOptions options, std::unique_ptr<const TaskDistribution> distribution,
                       Purpose purpose)
    : options_(std::move(options)),
      distribution_(std::move(distribution)),
      facts_(distribution_->facts()) {
  check(purpose);
}

void Experiment::refuse_what_needs_classes(Purpose purpose) const {
  const bool symmetry = purpose == Purpose::kTraining && options_.label_symmetry;
  const char* option = options_.within != Within::kAny      ? "within"
                       : options_.inner.label_smoothing > 0 ? "label_smoothing"
                       : symmetry                           ? "label_symmetry"
                                                            : nullptr;
  if (option == nullptr) return;
  throw UsageError("{}: {} tasks have no classes; leave it out", option, dataset_name());
}

void Experiment::check(Purpose purpose) {
  const auto form = this->form();
  if (const auto* data = distribution_->classes()) notes_ = data->notes;
  if (form.answer != AnswerKind::kClass) refuse_what_needs_classes(purpose);
  if (purpose == Purpose::kTraining) (void)train_tasks();
  spec_ = network(options_.model, dataset_name(), form);
  check_shift("eval_shift", options_.eval.eval_shift, spec_.input);
  if (purpose == Purpose::kTraining) check_training(form);
}

void Experiment::check_training(const TaskForm& form) {
  check_shift("shift", options_.shift, form.row);
  if (options_.eval_every > 0) (void)validation_tasks();
  try {
    (void)test_tasks(options_.seed);
  } catch (const Error& error) {
    notes_.push_back(
        fmt::format("{}; training goes on, but the result cannot be evaluated", error.what()));
  }
  note_small_classes();
  note_groups();
  const auto support = train_support();
  check_tail(support);
  (void)train_weights();
  if (!options_.init.empty() && options_.init_digest.empty()) {
    options_.init_digest = file_digest(options_.init, Digest::Kind::kSha256);
    (void)start_from_bundle();
  }
  if (options_.inner_batch > support) {
    notes_.push_back(fmt::format(
        "inner_batch is {}, but a task has {} support rows: every inner step uses all of them",
        options_.inner_batch, support));
  }
}

MetaState Experiment::start_from_bundle() const {
  const auto path = options_.init.string();
  const auto digest = file_digest(options_.init, Digest::Kind::kSha256);
  if (digest != options_.init_digest) {
    throw Error("init: {} has the digest {}, expected {}; it is not the bundle that was meant",
                path, digest, options_.init_digest);
  }
  auto bundle = load_bundle(options_.init);
  require_initialisation(bundle, "init: " + path);
  if (bundle.spec.input != spec_.input || bundle.spec.layers != spec_.layers ||
      bundle.spec.loss != spec_.loss) {
    const auto has = signature_of(bundle.spec), needs = signature_of(spec_);
    throw Error(
        "init: {} holds model '{}' with rows of {}, {} outputs and {} parameters, this run trains "
        "'{}' with {}, {} and {}; give the model, ways and image_size that the bundle has",
        path, has.name, describe(has.input), has.outputs, has.parameters, needs.name,
        describe(needs.input), needs.outputs, needs.parameters);
  }
  MetaState state{.params = std::move(bundle.meta.params)};
  if (options_.inner.optimizer != Optimizer::kAdam) return state;
  state.moment_rows = train_batch();
  const bool keeps = options_.inner.optimizer_state != OptimizerState::kReset;
  if (!keeps || bundle.meta.second_moment.empty()) return state;
  state.second_moment = std::move(bundle.meta.second_moment);
  state.adam_steps = bundle.meta.adam_steps;
  if (bundle.meta.moment_rows > 0) state.moment_rows = bundle.meta.moment_rows;
  return state;
}

MetaState Experiment::start(const Learner& learner) const {
  if (options_.init.empty()) {
    const bool adam = options_.inner.optimizer == Optimizer::kAdam;
    return initial_state(options_, learner, adam ? train_batch() : 0);
  }
  auto state = start_from_bundle();
  average_labels(state, label_rows());
  return state;
}

void Experiment::check_tail(std::int64_t support) const {
  if (options_.tail == Tail::kShared) return;
  const auto needed = rows_needed(train_schedule());
  if (needed <= support) return;
  throw UsageError(
      "tail is separate, so that batches of {} need {} support rows, but a task has {}; raise "
      "train_shots or lower inner_batch",
      options_.inner_batch, needed, support);
}

std::int64_t Experiment::train_support() const {
  return distribution_->rows(options_.ways, options_.train_shots);
}

int Experiment::train_batch() const {
  const auto support = train_support(), batch = std::int64_t{options_.inner_batch};
  return static_cast<int>(batch == 0 ? support : std::min(batch, support));
}

ScheduleOptions Experiment::train_schedule() const {
  return {.batch = options_.inner_batch,
          .steps = options_.inner_steps,
          .replacement = options_.replacement,
          .tail = options_.tail};
}

InnerOptions Experiment::train_inner(std::int64_t iteration) const {
  auto inner = options_.inner;
  if (options_.lr_final > 0) {
    inner.lr = scheduled_step(options_.meta_schedule, inner.lr, options_.lr_final, iteration,
                              options_.iterations);
  }
  return inner;
}

InnerOptions Experiment::eval_inner() const { return train_inner(options_.iterations); }

std::vector<double> Experiment::train_weights() const {
  return step_weights(options_.meta_learner, options_.step_weights, options_.inner_steps);
}

void Experiment::note_groups() {
  if (options_.within != Within::kGroup || distribution_->classes() == nullptr) return;
  const auto source =
      anole::class_tasks(*distribution_->classes(), Part::kTrain, train_plan(), options_.seed);
  if (source->left_out().empty()) return;
  notes_.push_back(
      fmt::format("training tasks come from {} groups; left out, as {} ways need more classes: {}",
                  source->groups(), options_.ways, fmt::join(source->left_out(), ", ")));
}

// The classes that skip_small_classes leaves out of training and of what the result is tested on.
void Experiment::note_small_classes() {
  const auto* classes = distribution_->classes();
  if (!options_.data.skip_small_classes || classes == nullptr) return;
  const auto note = [&](Part part, const TaskPlan& plan) {
    if (!distribution_->has(part)) return;
    const auto items = plan.shape.shots + plan.shape.queries;
    try {
      const auto source = anole::class_tasks(*classes, part, plan, options_.seed);
      if (source->too_small().empty()) return;
      notes_.push_back(fmt::format("left out of the {} tasks, with fewer than {} items: {}",
                                   enum_name(part), items, fmt::join(source->too_small(), ", ")));
    } catch (const Error&) {  // said already
    }
  };
  note(Part::kTrain, train_plan());
  note(Part::kValidation, eval_plan());
  note(Part::kTest, eval_plan());
}

std::vector<LabelRows> Experiment::label_rows() const {
  return options_.label_symmetry ? anole::label_rows(spec_) : std::vector<LabelRows>{};
}

Preprocessing Experiment::preprocessing() const {
  const auto* classes = distribution_->classes();
  return classes == nullptr ? Preprocessing{} : classes->preprocessing;
}

TaskPlan Experiment::train_plan() const {
  return {.shape = {.ways = options_.ways, .shots = options_.train_shots, .queries = 0},
          .options = {.within = options_.within, .skip_small = options_.data.skip_small_classes},
          .shift = options_.shift};
}

TaskPlan Experiment::eval_plan() const {
  return {
      .shape = {.ways = options_.ways, .shots = options_.shots, .queries = options_.eval.queries},
      .options = {.within = options_.within, .skip_small = options_.data.skip_small_classes}};
}

std::unique_ptr<ClassTasks> Experiment::class_tasks(Part part, std::uint64_t seed) const {
  ANOLE_CHECK(distribution_->classes() != nullptr);
  return in_context(fmt::format("{} tasks", enum_name(part)), [&] {
    return anole::class_tasks(*distribution_->classes(), part, eval_plan(), seed);
  });
}

std::unique_ptr<TaskSource> Experiment::train_tasks() const {
  return in_context("training tasks (train_shots)", [&] {
    return distribution_->tasks(Part::kTrain, train_plan(), options_.seed);
  });
}

ValidationOn Experiment::validation_on() const {
  if (distribution_->classes() == nullptr) return ValidationOn::kNewTasks;
  return distribution_->has(Part::kValidation) ? ValidationOn::kValidationClasses
                                               : ValidationOn::kTrainingClasses;
}

std::unique_ptr<TaskSource> Experiment::validation_tasks() const {
  const auto context =
      fmt::format("validation tasks on {} (eval_every 0 does without)", enum_name(validation_on()));
  const auto part = distribution_->has(Part::kValidation) ? Part::kValidation : Part::kTrain;
  return in_context(context,
                    [&] { return distribution_->tasks(part, eval_plan(), options_.seed); });
}

std::unique_ptr<TaskSource> Experiment::test_tasks(std::uint64_t seed) const {
  return in_context("test tasks",
                    [&] { return distribution_->tasks(Part::kTest, eval_plan(), seed); });
}

Protocol Experiment::test_protocol(std::uint64_t seed) const {
  return {.dataset = dataset_name(),
          .split = split_name(),
          .split_seed = options_.data.split_seed,
          .shape = eval_plan().shape,
          .seed = seed,
          .inner_steps = options_.eval.eval_steps,
          .lr = options_.eval.eval_lr,
          .shift = options_.eval.eval_shift,
          .optimizer_state = options_.inner.optimizer_state,
          .loss_reduction = options_.inner.loss_reduction};
}

MetaState initial_state(const TrainOptions& options, const Learner& learner,
                        std::int32_t moment_rows) {
  const WorkerScope scope;
  MetaState state{.params = learner.init(Rng(options.seed, Stream::kInit)),
                  .moment_rows = moment_rows};
  if (options.label_symmetry) average_labels(state, learner.signature().label_rows);
  return state;
}

}  // namespace anole
