// anole.train: the run of `anole train`, watched by an object of anole/_watch.py.

#include "anole/program/training.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <exception>
#include <utility>

#include "anole/core/error.h"
#include "anole/program/calibration.h"
#include "anole/runs/run_files.h"
#include "anole/tensorboard/tensorboard.h"
#include "anole/train/trainer.h"
#include "python/src/arguments.h"
#include "python/src/bind.h"
#include "python/src/class_dataset.h"
#include "python/src/signals.h"
#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

using Keywords = nb::typed<nb::dict, std::string, nb::object>;

nb::dict as_dict(const IterationReport& report) {
  nb::dict all;
  all["iteration"] = report.iteration;
  all["iterations"] = report.iterations;
  all["loss"] = report.loss;
  all["update"] = report.update;
  all["meta_step"] = report.meta_step;
  all["seconds"] = report.seconds;
  all["seconds_left"] = report.seconds_left;
  all["inner_steps_per_second"] = report.inner_steps_per_second;
  all["rows_per_second"] = report.rows_per_second;
  return all;
}

// As metrics.jsonl has it.
nb::dict as_dict(const Validation& validation) {
  nb::dict all;
  all["iteration"] = validation.iteration;
  all["on"] = std::string(enum_name(validation.on));
  all["norm"] = std::string(enum_name(validation.norm));
  all["tasks"] = validation.tasks;
  all[std::string(validation.metric->key).c_str()] = validation.score.mean;
  all["ci95"] = validation.score.ci95;
  return all;
}

// Tells `watch`, and lets Python handle its signals. What either throws is kept: the run then stops
// in good order, with a checkpoint, and rethrow() throws it.
class Watch final : public Observer {
 public:
  // `every`: meta-iterations between those that are told; 0: at most twenty a second, and the last.
  Watch(nb::handle watch, std::int64_t every) : watch_(watch), every_(every) {}

  const std::atomic<bool>& stop() const { return stop_; }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  void on_start(const RunStart& start) override {
    tell([&] {
      watch_.attr("start")(python_path(start.folder), start.iteration, start.iterations);
    });
  }
  void on_note(std::string_view note) override {
    tell([&] { watch_.attr("note")(std::string(note)); });
  }
  void on_iteration(const IterationReport& report) override {
    const bool last = report.iteration == report.iterations;
    const bool pause = ticker_.due();
    if (!last && !pause && (every_ == 0 || report.iteration % every_ != 0)) return;
    tell([&] {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!last && every_ != 0 && report.iteration % every_ != 0) return;
      if (!nb::cast<bool>(watch_.attr("iteration")(as_dict(report)))) stop_ = true;
    });
  }
  void on_eval(const Validation& validation) override {
    tell([&] { watch_.attr("validation")(as_dict(validation)); });
  }
  // After the run: throws what Python's signal handlers raise.
  void calibrating(double done) {
    check_();
    if (ticker_.due()) tell([&] { watch_.attr("stage")("calibrating", done); });
  }
  void on_end(const RunEnd& end) override {
    tell([&] { watch_.attr("end")(end.iteration, end.finished, end.seconds); });
  }

 private:
  template <class Call>
  void tell(Call call) {
    if (failure_) return;
    const nb::gil_scoped_acquire python;
    try {
      call();
    } catch (...) {
      failure_ = std::current_exception();
      stop_ = true;
    }
  }

  nb::handle watch_;  // of the caller, for the time of the run
  std::int64_t every_;
  Ticker ticker_;
  SignalCheck check_;
  std::atomic<bool> stop_ = false;
  std::exception_ptr failure_;
};

std::unique_ptr<const Experiment> experiment_of(const TrainOptions& options,
                                                const RowsInMemory* rows) {
  if (rows == nullptr) return std::make_unique<Experiment>(options);
  return std::make_unique<Experiment>(options, load_rows(*rows, options.data));
}

void calibrate(const Experiment& experiment, const TrainConfig& config, Watch& watch,
               const std::filesystem::path& bundle) {
  const auto note = calibrate_bundle(experiment, bundle,
                                     {.engine = config.engine,
                                      .tasks = config.calibration_tasks,
                                      .progress = [&](double done) { watch.calibrating(done); }});
  if (!note.empty()) watch.on_note(note);
}

// A run on rows in memory names no files to go on with.
void require_data(const TrainingRequest& request, const RowsInMemory* rows) {
  if (rows != nullptr || !request.own_data || !request.config.train.data.data.empty()) return;
  throw UsageError("resume: the run was trained on a ClassDataset; pass it again as data");
}

// What the user said, without Python.
struct Asked {
  Arguments arguments;
  std::filesystem::path resume;
  const ClassData* data = nullptr;
  std::int64_t every = 0;
};

void run(const Asked& asked, nb::handle python_watch) {
  RowsInMemory memory;
  if (asked.data != nullptr) memory = asked.data->rows();
  const auto* rows = asked.data == nullptr ? nullptr : &memory;
  const auto request = rows ? training_request(asked.arguments, *rows, asked.resume)
                            : training_request(asked.arguments, asked.resume);
  const auto& config = request.config;
  if (!asked.resume.empty()) {
    require_resumable(asked.arguments, config, asked.resume);
    require_data(request, rows);
  }
  const auto experiment = experiment_of(config.train, rows);
  Watch watch(python_watch, asked.every);
  const auto timing = timing_observer(), tensorboard = tensorboard_observer(*experiment);
  std::vector<Observer*> observers{timing.get()};
  if (config.tensorboard) observers.push_back(tensorboard.get());
  observers.push_back(&watch);
  for (const auto& note : request.notes) watch.on_note(note);
  LearnerTeam team([&] { return make_learner(experiment->spec(), config.engine); },
                   resolved_threads(config.train.threads));
  Trainer trainer({.experiment = *experiment,
                   .team = team,
                   .observers = std::move(observers),
                   .stop = &watch.stop()});
  const auto outcome = asked.resume.empty() ? trainer.run() : trainer.resume(asked.resume);
  watch.rethrow();
  if (outcome.finished) {
    calibrate(*experiment, config, watch, outcome.folder / kBundleFile);
  }
  watch.rethrow();
}

// `source`: a config or own data, `resume`: a run folder; None: neither.
void train(const nb::object& source, const Keywords& keywords, const nb::object& resume,
           const ClassData* data, std::int64_t every, const nb::object& watch) {
  Asked asked{.arguments = arguments_of(keywords, config_keys()),
              .resume = resume.is_none() ? std::string() : text_from(resume),
              .data = data,
              .every = every};
  if (!source.is_none()) asked.arguments.positionals = {text_from(source)};
  const nb::gil_scoped_release others_run;
  run(asked, watch);
}

}  // namespace

void bind_training(nb::module_& module) {
  using namespace nb::literals;
  module.def(
      "train_keywords", [] { return keywords_of(config_keys()); },
      "Of train: (name, type, default, help) of each keyword.");
  module.def("train", train, "source"_a.none(), "options"_a, "resume"_a.none(), "data"_a.none(),
             "every"_a, "watch"_a, "A run, told to a Watch of anole/_watch.py.");
}

}  // namespace anole::python
