#include "anole/train/observers.h"

#include <algorithm>

#include "anole/io/json.h"
#include "anole/io/run_files.h"

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
              {validation.regression ? "error" : "accuracy", validation.score.mean},
              {"ci95", validation.score.ci95}}}});
  }

  void before_checkpoint(std::int64_t) override { log_.sync(); }

 private:
  void append(const Json& line) { log_.append(dump_json(line, kMetricsFile)); }

  MetricsLog log_;
};

}  // namespace

std::unique_ptr<Observer> metrics_observer(const std::filesystem::path& run_folder) {
  return std::make_unique<MetricsObserver>(run_folder);
}

}  // namespace anole
