// anole.tasks: the tasks of an evaluation as arrays.

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/distributions/class_distribution.h"
#include "anole/distributions/kinds.h"
#include "anole/recipe/own_data.h"
#include "python/src/arguments.h"
#include "python/src/bind.h"
#include "python/src/evaluation.h"
#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

using Keywords = nb::typed<nb::dict, std::string, nb::object>;
using Rows = nb::ndarray<nb::numpy, float>;

// What tasks are drawn by, of data that no bundle is asked for.
struct TaskOptions {
  DataOptions data = {};
  TaskChoice choice = {};

  static constexpr auto fields() {
    return std::tuple{Nested{&TaskOptions::data}, Nested{&TaskOptions::choice}};
  }
};

bool shapes_tasks(std::string_view name) {
  constexpr std::string_view kNames[] = {"ways", "shots", "queries", "tasks", "seed", "within"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

// Of `all`, those that choose tasks and not what is done with them.
std::vector<FlagInfo> task_flags(std::vector<FlagInfo> all) {
  const auto own = flags_of<TaskOptions>();
  std::erase_if(all, [&](const FlagInfo& flag) {
    return !shapes_tasks(flag.name) && flag.name != "threads" &&
           std::ranges::find(own, flag.name, &FlagInfo::name) == own.end();
  });
  return all;
}

std::vector<FlagInfo> data_flags() {
  auto flags = task_flags(flags_of<TrainOptions>());
  for (auto& flag : flags_of<TaskChoice>()) flags.push_back(std::move(flag));
  return flags;
}

class Tasks {
 public:
  // Those of an evaluation of what is stored.
  explicit Tasks(Evaluation evaluation)
      : experiment_(std::move(evaluation.experiment)),
        chosen_(std::move(evaluation.tasks)),
        notes_(std::move(evaluation.notes)) {}

  Tasks(std::unique_ptr<const Experiment> experiment, const TaskChoice& choice,
        const std::optional<TaskFile>& file)
      : experiment_(std::move(experiment)),
        chosen_(choose_tasks(*experiment_, choice, file)),
        notes_(experiment_->notes()) {}

  std::int64_t count() const { return experiment_->options().eval.tasks; }
  const Experiment& experiment() const { return *experiment_; }
  const TaskSource& source() const { return *chosen_.source; }
  const std::string& hash() const { return chosen_.hash; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::unique_ptr<const Experiment> experiment_;
  ChosenTasks chosen_;
  std::vector<std::string> notes_;
};

std::unique_ptr<Tasks> of_stored(const nb::object& path, const Keywords& keywords,
                                 const ClassData* data) {
  return std::make_unique<Tasks>(stored_evaluation(path, keywords, task_flags(eval_flags()), data));
}

void name_data(const std::string& source, const Arguments& arguments, DataOptions& data) {
  if (find_kind(source) != nullptr) {
    if (arguments.has("dataset") && data.dataset != source) {
      throw UsageError("dataset: found {} beside {}; leave one of them out", data.dataset, source);
    }
    data.dataset = source;
    return;
  }
  if (own_data_at(source) == OwnData::kNone) {
    throw UsageError(
        "{}: neither a data set's name nor a folder, .zip, .csv or .npy with classes{}", source,
        did_you_mean(source, distribution_names()));
  }
  data = find_out(source, data, [&](std::string_view name) { return arguments.has(name); }).options;
}

// `named`: a data set's name or own data's path; None: the options name a data set.
std::unique_ptr<Tasks> of_data(const nb::object& named, const Keywords& keywords,
                               const ClassData* data) {
  const auto arguments = arguments_of(keywords, data_flags());
  const auto source = named.is_none() ? std::string() : text_from(named);
  TrainOptions options;
  TaskChoice choice;
  arguments.apply(options);
  arguments.apply(choice);
  const nb::gil_scoped_release others_run;
  if (!source.empty()) name_data(source, arguments, options.data);
  const auto file = read_task_file(choice, arguments, options);
  std::unique_ptr<const Experiment> experiment;
  if (data != nullptr) {
    const auto rows = data->rows();
    options.data.dataset = rows.dataset;
    experiment = std::make_unique<Experiment>(
        options, std::make_unique<ClassDistribution>(load_rows(rows, options.data)),
        Purpose::kEvaluation);
  } else {
    experiment = std::make_unique<Experiment>(options, Purpose::kEvaluation);
  }
  return std::make_unique<Tasks>(std::move(experiment), choice, file);
}

// [n, C, H, W], a view into what `owner` holds.
Rows rows_of(const Examples& examples, const Shape& shape, const nb::object& owner) {
  const std::size_t sizes[] = {
      static_cast<std::size_t>(examples.count), static_cast<std::size_t>(shape.channels),
      static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width)};
  return Rows(const_cast<float*>(examples.rows.data()), 4, sizes, owner);
}

// [n] labels as int64, which PyTorch's losses take, or [n, D] values.
nb::object answers_of(const Examples& examples, const nb::object& owner) {
  const auto count = static_cast<std::size_t>(examples.count);
  if (examples.labels.empty()) {
    const std::size_t sizes[] = {count, examples.targets.size() / std::max<std::size_t>(count, 1)};
    return nb::cast(Rows(const_cast<float*>(examples.targets.data()), 2, sizes, owner));
  }
  auto* labels = new std::vector<std::int64_t>(examples.labels.begin(), examples.labels.end());
  const nb::capsule kept(
      labels, [](void* p) noexcept { delete static_cast<std::vector<std::int64_t>*>(p); });
  return nb::cast(nb::ndarray<nb::numpy, std::int64_t>(labels->data(), {count}, kept));
}

// (support_x, support_y, query_x, query_y, class_names)
nb::typed<nb::tuple, Rows, nb::any, Rows, nb::any, std::vector<std::string>> task(
    const Tasks& tasks, std::uint32_t index) {
  auto* made = new Task;
  const nb::capsule owner(made, [](void* p) noexcept { delete static_cast<Task*>(p); });
  {
    const nb::gil_scoped_release others_run;
    *made = tasks.source().task(Stream::kEvalTask, 0, index);
  }
  const auto shape = tasks.source().shape();
  return nb::make_tuple(rows_of(made->support, shape, owner), answers_of(made->support, owner),
                        rows_of(made->query, shape, owner), answers_of(made->query, owner),
                        made->class_names);
}

nb::typed<nb::dict, std::string, nb::object> facts(const Tasks& tasks) {
  const auto& experiment = tasks.experiment();
  nb::dict all;
  all["count"] = tasks.count();
  all["dataset"] = experiment.dataset_name();
  all["dataset_hash"] = experiment.dataset_hash();
  all["split"] = experiment.split_name();
  all["ways"] = tasks.source().answer() == AnswerKind::kClass ? experiment.options().ways : 0;
  all["shots"] = experiment.options().shots;
  all["queries"] = experiment.options().eval.queries;
  all["seed"] = experiment.options().seed;
  all["hash"] = tasks.hash();
  all["notes"] = tasks.notes();
  return all;
}

}  // namespace

void bind_tasks(nb::module_& module) {
  using namespace nb::literals;
  module.def(
      "task_keywords", [] { return keywords_of(data_flags()); },
      "Of tasks: (name, type, default, help) of each keyword.");
  nb::class_<Tasks>(module, "Tasks", "The tasks of an evaluation; any number of threads may ask.")
      .def_static("of_stored", of_stored, "path"_a, "options"_a, "data"_a.none())
      .def_static("of_data", of_data, "source"_a.none(), "options"_a, "data"_a.none())
      .def("task", task, "index"_a)
      .def("facts", facts);
}

}  // namespace anole::python
