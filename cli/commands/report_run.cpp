#include "cli/commands/report_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anole/bundle/bundle.h"
#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/tensorboard/tensorboard.h"
#include "cli/command.h"
#include "cli/text.h"

namespace anole::cli {
namespace {

constexpr int kMostTasks = 400;
constexpr double kQuickShare = 0.05;  // of the training's work: short runs have short reports

std::string why_no_test_tasks(const Experiment& experiment) {
  try {
    (void)experiment.test_tasks(experiment.options().seed);
    return {};
  } catch (const Error& error) {
    return fmt::format("Not evaluated on test tasks: {}", error.what());
  }
}

std::string other_data(const RunHistory& history, const Experiment& experiment) {
  const auto then = history.fact("dataset", "hash");
  if (then == experiment.dataset_hash()) return {};
  return fmt::format("The data is not that of the run: its hash is {}, the run's is {}.",
                     experiment.dataset_hash(), then);
}

MeasurePlan plan_of(const Experiment& experiment, const ReportOfRun& options) {
  auto plan = affordable_plan(experiment, options.gigaflops, kMostTasks);
  if (options.tasks > 0) {
    plan.tasks = options.tasks;
    plan.random_tasks = std::max(1, options.tasks / 4);
  }
  plan.progress = [line = options.line](double done) {
    if (interrupt_flag()) throw Interrupted("interrupted");
    if (line != nullptr && line->due(done)) line->show(done, {"evaluating test tasks"});
  };
  return plan;
}

}  // namespace

RunReport measured_report(const RunHistory& history, const Experiment& experiment,
                          const MetaState& meta, const ReportOfRun& options) {
  RunReport report{.history = history,
                   .iteration = options.iteration,
                   .iterations = experiment.options().iterations,
                   .expected = load_expectations(history.folder),
                   .peers = load_comparison(history.folder),
                   .note = why_no_test_tasks(experiment)};
  if (!report.note.empty()) return report;
  report.note = other_data(report.history, experiment);
  LearnerTeam team([&] { return make_learner(experiment.spec(), options.engine); },
                   resolved_threads(experiment.options().threads));
  report.findings = measure(team, experiment, meta, plan_of(experiment, options));
  if (options.line != nullptr) options.line->clear();
  return report;
}

void ReportObserver::on_end(const RunEnd& end) {
  const bool trained = end.iteration > began_;
  if (!end.finished || (!trained && path_exists(end.folder / kReportFile))) return;
  try {
    write(end);
  } catch (const Error& error) {
    setup_.notes.on_note(fmt::format("no report: {}", error.what()));
  } catch (const Interrupted&) {
    setup_.notes.on_note(
        fmt::format("no report: interrupted; 'anole report {}' writes it", end.folder.string()));
  }
}

void ReportObserver::write(const RunEnd& end) {
  ProgressLine line(setup_.shown && is_terminal(2));
  const auto bundle = load_bundle(end.bundle);
  const double gigaflops =
      std::min(kQuickGigaflops, kQuickShare * training_gigaflops(setup_.experiment));
  const auto report = measured_report(
      read_history(end.folder), setup_.experiment, bundle.meta,
      {.iteration = end.iteration, .engine = setup_.engine, .gigaflops = gigaflops, .line = &line});
  write_file_atomically(end.folder / kReportFile, report_page({&report, 1}));
  if (setup_.tensorboard) write_report_events(report);
}

}  // namespace anole::cli
