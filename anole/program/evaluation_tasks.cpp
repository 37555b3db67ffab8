#include "anole/program/evaluation_tasks.h"

#include <fmt/ranges.h>

#include <set>
#include <utility>

#include "anole/core/error.h"
#include "anole/data/splits.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/kinds.h"

namespace anole {
namespace {

const LoadedData& classes_in(const Experiment& experiment) {
  return *experiment.distribution().classes();
}

void require_classes(const Experiment& experiment, Part part) {
  if (experiment.distribution().has(part)) return;
  std::vector<std::string_view> others;
  for (const auto other : {Part::kTest, Part::kValidation, Part::kTrain}) {
    if (experiment.distribution().has(other)) others.push_back(enum_name(other));
  }
  throw UsageError(
      "--split-part: the split '{}' has no {} classes, but {} classes; choose one of those parts{}",
      experiment.split_name(), enum_name(part), fmt::join(others, " and "),
      part == Part::kValidation ? ", or train with --validation-classes" : "");
}

std::set<std::int32_t> indices_of(const Experiment& experiment, Part part) {
  require_classes(experiment, part);
  std::set<std::int32_t> indices;
  for (const auto& ref : classes_of(classes_in(experiment).split, part)) {
    indices.insert(ref.class_index);
  }
  return indices;
}

// The names of the classes that were trained on: remembered, or those of the run's split of the data.
std::vector<std::string> training_classes(const Stored& stored, const std::filesystem::path& data) {
  if (stored.options.data.known) return stored.options.data.known->train;
  auto options = stored.options.data;
  options.data = data;
  const auto distribution = load_distribution(options);
  const auto& before = *distribution->classes();
  return class_parts(before.dataset, before.split).train;
}

// A file may set what the user did not; both saying the same is fine.
template <class T>
void take(const Arguments& arguments, std::string_view name, T value, T& option) {
  if (arguments.has(name) && option != value) {
    throw UsageError("{} is {}, but the tasks of --tasks-in have {}; leave it out",
                     arguments.spelling(name), option, value);
  }
  option = value;
}

// Tasks of evaluation must not smuggle in classes of training.
void require_part(const Experiment& experiment, const TaskList& list, const TaskChoice& choice) {
  const auto allowed = indices_of(experiment, choice.split_part);
  for (const auto& [id, name] : list.names) {
    if (allowed.contains(id)) continue;
    throw Error(
        "{}: class '{}' is not one of the {} classes of split {}; choose the --split or "
        "--split-part that the tasks were drawn from",
        choice.tasks_in.string(), name, enum_name(choice.split_part), experiment.split_name());
  }
}

ChosenTasks replay(const Experiment& experiment, const TaskChoice& choice, const TaskFile& file) {
  const auto where = choice.tasks_in.string();
  if (file.dataset_hash != experiment.dataset_hash()) {
    throw Error(
        "{}: its tasks are of {} with hash {}, the data here is {} with hash {}; point --dataset "
        "and --data at the data that the tasks were drawn from",
        where, file.dataset, file.dataset_hash, experiment.dataset_name(),
        experiment.dataset_hash());
  }
  auto source = std::make_unique<ListedTasks>(classes_in(experiment).dataset, file.list, where);
  require_part(experiment, file.list, choice);
  return {.source = std::move(source), .hash = hash_of(file.list)};
}

TaskFile listed(const Experiment& experiment, const TaskChoice& choice, const ClassTasks& source) {
  const auto& options = experiment.options();
  return {.dataset = experiment.dataset_name(),
          .dataset_hash = experiment.dataset_hash(),
          .split = experiment.split_name(),
          .split_part = std::string(enum_name(choice.split_part)),
          .seed = options.seed,
          .list = list_tasks(source, classes_in(experiment).dataset, experiment.eval_plan().shape,
                             options.eval.tasks)};
}

ChosenTasks draw(const Experiment& experiment, const TaskChoice& choice) {
  require_classes(experiment, choice.split_part);
  auto source = experiment.class_tasks(choice.split_part, experiment.options().seed);
  ChosenTasks chosen{
      .groups = source->groups(), .left_out = source->left_out(), .too_small = source->too_small()};
  if (!choice.tasks_out.empty()) {
    chosen.hash = save_tasks(choice.tasks_out, listed(experiment, choice, *source));
  }
  chosen.source = std::move(source);
  return chosen;
}

}  // namespace

std::optional<TaskFile> read_task_file(const TaskChoice& choice, const Arguments& arguments,
                                       TrainOptions& options) {
  if (choice.tasks_in.empty()) return std::nullopt;
  if (!choice.tasks_out.empty()) {
    throw UsageError("--tasks-in and --tasks-out exclude each other; the file is there already");
  }
  auto file = load_tasks(choice.tasks_in);
  take(arguments, "ways", file.list.shape.ways, options.ways);
  take(arguments, "shots", file.list.shape.shots, options.shots);
  take(arguments, "queries", file.list.shape.queries, options.eval.queries);
  const auto tasks = static_cast<int>(file.list.tasks.size());
  if (arguments.has("tasks") && options.eval.tasks > tasks) {
    throw UsageError("--tasks is {}, but {} has {} tasks", options.eval.tasks,
                     choice.tasks_in.string(), tasks);
  }
  if (!arguments.has("tasks")) options.eval.tasks = tasks;
  if (!arguments.has("seed")) options.seed = file.seed;
  return file;
}

ChosenTasks choose_tasks(const Experiment& experiment, const TaskChoice& choice,
                         const std::optional<TaskFile>& file) {
  if (experiment.distribution().classes() == nullptr) {
    if (file || !choice.tasks_out.empty()) {
      throw UsageError("--tasks-{}: {} tasks have no classes to list", file ? "in" : "out",
                       experiment.dataset_name());
    }
    return {.source = experiment.test_tasks(experiment.options().seed)};
  }
  if (file) return replay(experiment, choice, *file);
  return draw(experiment, choice);
}

std::size_t trained_on(const Experiment& experiment, Part part, const Stored& stored) {
  if (experiment.distribution().classes() == nullptr || part == Part::kTrain) return 0;
  const auto &now = experiment.options().data, &then = stored.options.data;
  const bool same = now.split == then.split && now.split_seed == then.split_seed &&
                    now.train_classes == then.train_classes &&
                    now.test_classes == then.test_classes &&
                    now.validation_classes == then.validation_classes;
  if (now.dataset != then.dataset || same) return 0;
  const auto trained = training_classes(stored, now.data);
  const std::set<std::string_view> names(trained.begin(), trained.end());
  const auto& classes = classes_in(experiment).dataset.classes();
  std::size_t count = 0;
  for (const auto index : indices_of(experiment, part)) {
    count += names.count(classes[static_cast<std::size_t>(index)].name);
  }
  return count;
}

}  // namespace anole
