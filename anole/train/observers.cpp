#include "anole/train/observers.h"

#include <algorithm>

#include "anole/io/json.h"
#include "anole/runs/run_files.h"

namespace anole {
namespace {

constexpr std::int64_t kLinesPerRun = 10000;

class MetricsObserver final : public Observer {
 public:
  explicit MetricsObserver(const std::filesystem::path& run_folder) : log_(run_folder) {}

  void on_iteration(const IterationReport& report) override {
    const auto every = std::max<std::int64_t>(1, report.iterations / kLinesPerRun);
    if (report.iteration % every != 0) return;
    append({{"iteration", report.iteration},
            {"meta_step", report.meta_step},
            {"loss", report.loss},
            {"update", report.update}});
  }

  void on_eval(const Validation& validation) override {
    append({{"iteration", validation.iteration},
            {"validation",
             {{"on", enum_name(validation.on)},
              {"norm", enum_name(validation.norm)},
              {"tasks", validation.tasks},
              {validation.metric->key, validation.score.mean},
              {"ci95", validation.score.ci95}}}});
  }

  void before_checkpoint(std::int64_t) override { log_.sync(); }

 private:
  void append(const Json& line) { log_.append(dump_json(line, kMetricsFile)); }

  MetricsLog log_;
};

class TimingObserver final : public Observer {
 public:
  void on_start(const RunStart& start) override {
    start_ = start;
    written_ = start.iteration;
  }
  void on_iteration(const IterationReport& report) override { last_ = report; }
  void on_checkpoint(const Saved&) override {
    if (last_.seconds - written_seconds_ >= kSpacing) write();
  }
  void on_end(const RunEnd&) override { write(); }

 private:
  static constexpr double kSpacing = 10;

  void write() {
    if (last_.iteration <= written_) return;
    if (!log_) log_ = std::make_unique<MetricsLog>(start_.folder, kTimingFile);
    const Json line{{"iteration", last_.iteration},
                    {"from", start_.iteration},
                    {"seconds", last_.seconds},
                    {"threads", start_.threads},
                    {"inner_steps_per_second", last_.inner_steps_per_second},
                    {"rows_per_second", last_.rows_per_second}};
    log_->append(dump_json(line, kTimingFile));
    written_ = last_.iteration;
    written_seconds_ = last_.seconds;
  }

  std::unique_ptr<MetricsLog> log_;
  RunStart start_;
  IterationReport last_;
  std::int64_t written_ = 0;
  double written_seconds_ = 0;
};

}  // namespace

std::unique_ptr<Observer> timing_observer() { return std::make_unique<TimingObserver>(); }

std::unique_ptr<Observer> metrics_observer(const std::filesystem::path& run_folder) {
  return std::make_unique<MetricsObserver>(run_folder);
}

}  // namespace anole
