#pragma once

// What `train` and `report` share: from a run's state to what the page shows of it.

#include "anole/make_learner.h"
#include "anole/report/page.h"
#include "anole/train/observers.h"
#include "cli/terminal.h"

namespace anole::cli {

// Nominal work of an evaluation, see affordable_plan.
inline constexpr double kReportGigaflops = 4000;  // some half a minute on two cores
inline constexpr double kQuickGigaflops = 500;    // some seconds: after training

struct ReportOfRun {
  std::int64_t iteration = 0;  // of the state
  Engine engine = Engine::kFused;
  double gigaflops = kQuickGigaflops;
  int tasks = 0;                 // 0: as `gigaflops` allows
  ProgressLine* line = nullptr;  // may be null
};

// Evaluates the state on test tasks. What cannot be evaluated, because the run has too few test
// classes, is a page without these parts and with a note. Throws Interrupted after Ctrl-C.
RunReport measured_report(const RunHistory& history, const Experiment& experiment,
                          const MetaState& meta, const ReportOfRun& options);

// Writes report.html into the folder of a run that has finished, and on_note of `notes` if it
// could not: the run itself is well. Of a run that had finished before, only if it has none.
class ReportObserver final : public Observer {
 public:
  struct Setup {
    const Experiment& experiment;
    Observer& notes;
    Engine engine = Engine::kFused;
    bool tensorboard = false;  // its event file too
    bool shown = true;         // progress, on a terminal
  };
  explicit ReportObserver(const Setup& setup) : setup_(setup) {}

  void on_start(const RunStart& start) override { began_ = start.iteration; }
  void on_end(const RunEnd& end) override;

 private:
  void write(const RunEnd& end);

  Setup setup_;
  std::int64_t began_ = 0;  // meta-iteration at which this process began
};

}  // namespace anole::cli
