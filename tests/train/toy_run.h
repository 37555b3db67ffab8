#pragma once

// A run that takes milliseconds: points in the plane, linear softmax, twelve meta-iterations.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "anole/io/atomic_file.h"
#include "anole/train/trainer.h"
#include "tests/adapt/toy.h"
#include "tests/error_of.h"

namespace anole::toy {

namespace fs = std::filesystem;

// A new empty folder of the running test, removed with what is in it.
class TestFolder {
 public:
  TestFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    static int made = 0;
    path_ = fs::path(testing::TempDir()) /
            (std::string("anole-") + test->test_suite_name() + "-" + test->name() + "-" +
             std::to_string(getpid()) + "-" + std::to_string(made++));
    fs::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// `classes` classes of 12 points around places on a circle. Train: all but the last three, which
// are for testing.
inline LoadedData circle(int classes = 9, int items = 12, std::uint64_t seed = 1) {
  Rng rng(seed, Stream::kGlyphs);
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  LoadedData data;
  for (int c = 0; c < classes; ++c) {
    const double angle = 6.28 * c / classes;
    names.push_back("place" + std::to_string(c));
    for (int i = 0; i < items; ++i) {
      rows.push_back(static_cast<float>(std::cos(angle)) + 0.1f * rng.normal());
      rows.push_back(static_cast<float>(std::sin(angle)) + 0.1f * rng.normal());
      labels.push_back(c);
    }
    (c < classes - 3 ? data.split.train : data.split.test).push_back({.class_index = c});
  }
  data.dataset = ClassDataset::from_rows(rows, {.channels = 2}, labels, names);
  data.preprocessing.shape = {.channels = 2};
  data.preprocessing.resize = Resize::kNone;
  data.name = "vectors";
  data.split_name = "seeded";
  return data;
}

inline TrainOptions toy_options(const fs::path& out, int threads = 1) {
  TrainOptions options;
  options.data.dataset = "vectors";
  options.model.widths = {};  // one linear layer
  options.ways = 3;
  options.shots = 1;
  options.train_shots = 4;
  options.inner_batch = 5;
  options.inner_steps = 3;
  options.inner.lr = 0.05;
  options.meta_batch = 5;
  options.iterations = 12;
  options.eval.eval_steps = 10;
  options.eval_every = 4;
  options.validation_tasks = 20;
  options.seed = 7;
  options.threads = threads;
  options.out = out;
  return options;
}

inline LearnerFactory learners_of(const Experiment& experiment) {
  return [spec = experiment.spec()] { return std::make_unique<LinearLearner>(spec); };
}

// Runs or resumes; `prepare` may set more of the setup.
inline TrainOutcome train(const TrainOptions& options, std::vector<Observer*> observers = {},
                          const std::atomic<bool>* stop = nullptr) {
  const Experiment experiment(options, circle());
  LearnerTeam team(learners_of(experiment), options.threads);
  return Trainer({experiment, team, std::move(observers), stop}).run();
}

inline TrainOutcome resume(const fs::path& folder, const TrainOptions& options,
                           std::vector<Observer*> observers = {},
                           const std::atomic<bool>* stop = nullptr) {
  const Experiment experiment(options, circle());
  LearnerTeam team(learners_of(experiment), options.threads);
  return Trainer({experiment, team, std::move(observers), stop}).resume(folder);
}

// Asks the run to stop after meta-iteration `at`.
class StopAt final : public Observer {
 public:
  explicit StopAt(std::int64_t at) : at_(at) {}
  void on_iteration(const IterationReport& report) override {
    if (report.iteration == at_) stop = true;
  }
  std::atomic<bool> stop = false;

 private:
  std::int64_t at_;
};

// Writes down what it is told.
class Recorder final : public Observer {
 public:
  void on_start(const RunStart& start) override { starts.push_back(start); }
  void on_note(std::string_view note) override { notes.emplace_back(note); }
  void on_iteration(const IterationReport& report) override { reports.push_back(report); }
  void on_eval(const Validation& validation) override { validations.push_back(validation); }
  void on_checkpoint(const Saved& one) override { saved.push_back(one.iteration); }
  void on_end(const RunEnd& end) override { ends.push_back(end); }

  std::vector<RunStart> starts;
  std::vector<std::string> notes;
  std::vector<IterationReport> reports;
  std::vector<Validation> validations;
  std::vector<std::int64_t> saved;
  std::vector<RunEnd> ends;
};

using anole::error_of;

// What must be equal between runs of equal options.
inline void expect_equal_runs(const fs::path& a, const fs::path& b) {
  for (const char* file : {"latest.checkpoint", "bundle.anole", "metrics.jsonl"}) {
    EXPECT_EQ(read_file(a / file), read_file(b / file)) << file;
  }
}

}  // namespace anole::toy
