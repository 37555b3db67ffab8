#pragma once

// What a run tells those who watch it: progress bar, metrics.jsonl and whatever else is an
// observer. Rules:
// 1. All calls come from the thread that called Trainer, one at a time, between meta-iterations.
// 2. An observer cannot change the result. What it throws ends the run; the last checkpoint stays.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anole/eval/evaluate.h"
#include "anole/train/experiment.h"

namespace anole {

struct RunStart {
  std::filesystem::path folder;  // run folder; empty on ranks that do not lead
  std::int64_t iteration = 0;    // > 0 for a resumed run
  std::int64_t iterations = 0;   // to do in all
  std::size_t parameters = 0;    // P
  int threads = 1;
  std::string engine;  // "fused"
};

// After a meta-iteration. Rates are over the last seconds of this process.
struct IterationReport {
  std::int64_t iteration = 0, iterations = 0;  // done, to do in all
  double meta_step = 0;                        // epsilon of the iteration that was just done
  double loss = 0;                             // mean over its tasks of the last inner step's batch
  double update = 0;                           // |mean task's change|, before epsilon scales it
  double seconds = 0;                          // since this process started or resumed the run
  double seconds_left = 0;                     // at this rate; infinite before the first second
  double inner_steps_per_second = 0;           // of all workers of this rank together
  double rows_per_second = 0;                  // images, vectors or points through an inner step
};

struct Validation {
  std::int64_t iteration = 0;
  Score score = {};  // after adaptation
  std::int64_t tasks = 0;
  const Metric* metric = &kAccuracy;
  NormMode norm = NormMode::kTransductive;
  ValidationOn on = ValidationOn::kTrainingClasses;
};

struct Saved {
  std::int64_t iteration = 0;
  std::filesystem::path file;
};

struct RunEnd {
  std::int64_t iteration = 0;
  bool finished = false;         // false: stopped on request; --resume goes on from `iteration`
  std::filesystem::path folder;  // empty on ranks that do not lead
  std::filesystem::path bundle;  // empty unless finished
  double seconds = 0;            // of this process
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_start(const RunStart&) {}
  virtual void on_note(std::string_view) {}  // a line that the user should read
  virtual void on_iteration(const IterationReport&) {}
  virtual void on_eval(const Validation&) {}
  virtual void before_checkpoint(std::int64_t /*iteration*/) {}  // make durable what belongs to it
  virtual void on_checkpoint(const Saved&) {}
  virtual void on_end(const RunEnd&) {}
};

// metrics.jsonl: {"iteration", "meta_step", "loss", "update"} some 10,000 times a run, at fixed
// iterations, and {"iteration", "validation": {"on", "norm", "tasks", "accuracy" or "error",
// "ci95"}}. No times, so that a resumed run writes the lines of an uninterrupted one.
std::unique_ptr<Observer> metrics_observer(const std::filesystem::path& run_folder);

// timing.jsonl: {"iteration", "from", "seconds", "threads", "inner_steps_per_second",
// "rows_per_second"} after a checkpoint, at most every ten seconds, and at the end. `seconds` count
// from `from`, the meta-iteration at which this process began.
std::unique_ptr<Observer> timing_observer();

}  // namespace anole
