#include "anole/train/experiment.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "anole/core/error.h"
#include "anole/meta/schedule.h"
#include "anole/tasks/class_tasks.h"
#include "anole/tasks/shift.h"
#include "anole/tasks/sine.h"

namespace anole {
namespace {

constexpr std::string_view kSine = "sine";
constexpr int kOmniglotPixels = 28;

std::unique_ptr<const LoadedData> load(const TrainOptions& options) {
  if (options.data.dataset == kSine) return nullptr;
  auto data_options = options.data;
  data_options.threads = options.threads;
  return std::make_unique<const LoadedData>(load_dataset(data_options));
}

ModelSpec network(ModelOptions options, std::string_view dataset, const TaskSource& source) {
  if (options.model.empty()) options.model = usual_model(dataset, source.shape());
  const auto loss = dataset == kSine ? Loss::kMeanSquaredError : Loss::kCrossEntropy;
  return make_model(options, source.shape(), source.outputs(), loss);
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

Experiment::Experiment(TrainOptions options) : options_(std::move(options)), data_(load(options_)) {
  check();
}

Experiment::Experiment(TrainOptions options, LoadedData data)
    : options_(std::move(options)), data_(std::make_unique<const LoadedData>(std::move(data))) {
  check();
}

// Options that need classes.
void Experiment::refuse_for_sine() const {
  const char* option = options_.data.mirrors                ? "mirrors"
                       : options_.within != Within::kAny    ? "within"
                       : options_.shift > 0                 ? "shift"
                       : options_.eval.eval_shift > 0       ? "eval_shift"
                       : options_.inner.label_smoothing > 0 ? "label_smoothing"
                       : options_.label_symmetry            ? "label_symmetry"
                                                            : nullptr;
  if (option == nullptr) return;
  throw UsageError("{}: sine tasks have no classes and no images; leave it out", option);
}

void Experiment::check() {
  if (data_) hash_ = data_->dataset.content_hash();
  if (!data_) refuse_for_sine();
  spec_ = network(options_.model, dataset_name(), *train_tasks());
  if (options_.eval_every > 0) (void)validation_tasks();
  try {
    (void)test_tasks(options_.seed);
  } catch (const Error& error) {
    notes_.push_back(
        fmt::format("{}; training goes on, but the result cannot be evaluated", error.what()));
  }
  check_shift("eval_shift", options_.eval.eval_shift, spec_.input);
  note_groups();
  const auto support = train_support();
  check_tail(support);
  (void)train_weights();
  if (options_.inner_batch > support) {
    notes_.push_back(fmt::format(
        "inner_batch is {}, but a task has {} support rows: every inner step uses all of them",
        options_.inner_batch, support));
  }
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
  return std::int64_t{options_.train_shots} * (data_ ? options_.ways : 1);
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
  if (options_.within != Within::kGroup) return;
  const TaskShape shape{.ways = options_.ways, .shots = options_.train_shots, .queries = 0};
  const auto source = tasks(data_->split.train, shape, options_.seed);
  if (source->left_out().empty()) return;
  notes_.push_back(
      fmt::format("training tasks come from {} groups; left out, as {} ways need more classes: {}",
                  source->groups(), options_.ways, fmt::join(source->left_out(), ", ")));
}

std::vector<LabelRows> Experiment::label_rows() const {
  return options_.label_symmetry ? anole::label_rows(spec_) : std::vector<LabelRows>{};
}

std::string Experiment::split_name() const { return data_ ? data_->split_name : std::string(); }

Preprocessing Experiment::preprocessing() const {
  return data_ ? data_->preprocessing : Preprocessing{};
}

TaskShape Experiment::eval_shape() const {
  return {.ways = options_.ways, .shots = options_.shots, .queries = options_.eval.queries};
}

std::unique_ptr<ClassTasks> Experiment::tasks(const std::vector<ClassRef>& classes, TaskShape shape,
                                              std::uint64_t seed, int shift) const {
  const ClassTaskOptions options{.within = options_.within, .shift = shift};
  return std::make_unique<ClassTasks>(data_->dataset, classes, shape, seed, options);
}

std::unique_ptr<ClassTasks> Experiment::tasks_of(const std::vector<ClassRef>& classes,
                                                 std::uint64_t seed, std::string_view what) const {
  ANOLE_CHECK(data_ != nullptr);
  return in_context(what, [&] { return tasks(classes, eval_shape(), seed); });
}

std::unique_ptr<TaskSource> Experiment::train_tasks() const {
  const TaskShape shape{.ways = options_.ways, .shots = options_.train_shots, .queries = 0};
  return in_context("training tasks (train_shots)", [&]() -> std::unique_ptr<TaskSource> {
    if (!data_) return std::make_unique<SineTasks>(shape, options_.seed);
    return tasks(data_->split.train, shape, options_.seed, options_.shift);
  });
}

ValidationOn Experiment::validation_on() const {
  if (!data_) return ValidationOn::kNewTasks;
  return data_->split.validation.empty() ? ValidationOn::kTrainingClasses
                                         : ValidationOn::kValidationClasses;
}

std::unique_ptr<TaskSource> Experiment::validation_tasks() const {
  const auto context =
      fmt::format("validation tasks on {} (eval_every 0 does without)", enum_name(validation_on()));
  return in_context(context, [&]() -> std::unique_ptr<TaskSource> {
    if (!data_) return std::make_unique<SineTasks>(eval_shape(), options_.seed);
    const auto& split = data_->split;
    return tasks(split.validation.empty() ? split.train : split.validation, eval_shape(),
                 options_.seed);
  });
}

std::unique_ptr<TaskSource> Experiment::test_tasks(std::uint64_t seed) const {
  if (data_) return tasks_of(data_->split.test, seed, "test tasks");
  return in_context("test tasks", [&] { return std::make_unique<SineTasks>(eval_shape(), seed); });
}

Protocol Experiment::test_protocol(std::uint64_t seed) const {
  return {.dataset = dataset_name(),
          .split = split_name(),
          .split_seed = options_.data.split_seed,
          .shape = eval_shape(),
          .seed = seed,
          .inner_steps = options_.eval.eval_steps,
          .lr = options_.eval.eval_lr,
          .shift = options_.eval.eval_shift,
          .optimizer_state = options_.inner.optimizer_state,
          .loss_reduction = options_.inner.loss_reduction};
}

std::string_view usual_model(std::string_view dataset, Shape row) {
  if (dataset == kSine) return "sine_mlp";
  if (dataset == "vectors") return "mlp";
  if (dataset == "omniglot" || dataset == "glyphs") return "omniglot_conv4";
  if (dataset == "miniimagenet") return "miniimagenet_conv4";
  if (row.height == 1 && row.width == 1) return "mlp";
  return std::max(row.height, row.width) <= kOmniglotPixels ? "omniglot_conv4"
                                                            : "miniimagenet_conv4";
}

}  // namespace anole
