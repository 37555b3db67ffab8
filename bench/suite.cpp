#include "bench/suite.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "anole/core/parallel.h"
#include "anole/make_learner.h"
#include "bench/fma_peak.h"

namespace anole::bench {
namespace {

double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

Peak measure_peak(int threads, const SuiteOptions& options) {
  const PeakOptions runs{
      .threads = threads, .seconds = options.seconds, .runs = std::max(5, options.repeats)};
  return {.fp32 = fma_peak(Precision::kFp32, runs).value(),
          .bf16 = fma_peak(Precision::kBf16, runs)};
}

std::string describe_task(const Experiment& experiment) {
  const auto& options = experiment.options();
  const bool points = experiment.form().answer == AnswerKind::kValue;
  const auto support = experiment.distribution().rows(options.ways, options.shots);
  return fmt::format("{}, {}, {} steps of {} rows", experiment.spec().name,
                     points ? fmt::format("{} points", support)
                            : fmt::format("{}-way {}-shot", options.ways, options.shots),
                     options.eval.eval_steps,
                     options.eval.eval_batch == 0 ? support : options.eval.eval_batch);
}

// One run of everything; `result_` grows as it goes.
class Suite {
 public:
  Suite(const SuiteOptions& options, const Progress& progress)
      : result_{.options = options, .load = load_average()}, progress_(progress) {
    result_.options.threads =
        WorkerPool(resolved_threads(options.threads)).threads();  // those that can be started
    repeat_ = {
        .seconds = options.seconds, .repeats = options.repeats, .threads = result_.options.threads};
  }

  SuiteResult run() {
    const auto cases = training_cases(result_.options.network, result_.options.meta_batch);
    parts_ = static_cast<double>(cases.size() + 2);
    begin("FMA peak");
    result_.one_core = measure_peak(1, result_.options);
    result_.all_cores =
        repeat_.threads > 1 ? measure_peak(repeat_.threads, result_.options) : result_.one_core;
    for (const auto& network : cases) {  // one network's data in memory at a time
      begin(network.network);
      const auto experiment = training_experiment(
          network.network, {result_.options.inner_steps, result_.options.precision});
      for (const int meta_batch : network.meta_batches) {
        result_.training.push_back(measure_training(experiment, meta_batch, repeat_));
      }
      if (&network == &cases.front()) measure_few_shot(experiment);
    }
    result_.peak_memory_mb = peak_memory_mb();
    return std::move(result_);
  }

 private:
  void measure_few_shot(const Experiment& experiment) {
    const auto& options = result_.options;
    const auto& state = result_.training.front().state;
    begin("adaptation");
    result_.task = describe_task(experiment);
    result_.kernels = make_learner(experiment.spec())->kernel_version(options.precision);
    result_.adaptation = measure_adaptation(experiment, state, options.adaptations);
    result_.evaluation = measure_evaluation(
        experiment, state, std::max(1, options.adaptations / options.repeats), repeat_);
  }

  void begin(const std::string& part) { progress_(part, done_++ / parts_); }

  SuiteResult result_;
  const Progress& progress_;
  RepeatOptions repeat_;
  double done_ = 0, parts_ = 1;
};

}  // namespace

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

SuiteResult run_suite(const SuiteOptions& options, const Progress& progress) {
  return Suite(options, progress).run();
}

}  // namespace anole::bench
