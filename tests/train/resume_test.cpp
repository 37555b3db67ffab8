#include <gtest/gtest.h>

#include <map>
#include <string>

#include "anole/io/json.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/history.h"
#include "anole/runs/run_lock.h"
#include "anole/runs/run_record.h"
#include "anole/train/trainer.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::Recorder;
using toy::TestFolder;
using toy::toy_options;
namespace fs = std::filesystem;

// Stops a run after `at` meta-iterations.
void train_until(std::int64_t at, const TrainOptions& options) {
  toy::StopAt stopper(at);
  const auto outcome = toy::train(options, {&stopper}, &stopper.stop);
  ASSERT_FALSE(outcome.finished);
  ASSERT_EQ(outcome.state.iteration, at);
}

TEST(Resume, AStoppedRunEndsInTheBytesOfAnUninterruptedOne) {
  const TestFolder folder;
  toy::train(toy_options(folder / "whole"));
  const char* const names[] = {"1", "4", "5", "11"};
  for (const char* name : names) {
    const auto run = folder / name;
    train_until(std::stoi(name), toy_options(run));
    EXPECT_TRUE(toy::resume(run, toy_options(run)).finished);
    toy::expect_equal_runs(folder / "whole", run);
  }
}

TEST(Resume, AStoppedRunOfWeightedStepsEndsInTheSameBytes) {
  const TestFolder folder;
  const auto options = [&](const char* name) {
    auto all = toy_options(folder / name);
    all.step_weights = {1, 0, 2};
    all.tail = Tail::kSeparate;
    return all;
  };
  toy::train(options("whole"));
  train_until(5, options("stopped"));
  EXPECT_TRUE(toy::resume(folder / "stopped", options("stopped")).finished);
  toy::expect_equal_runs(folder / "whole", folder / "stopped");
}

TEST(Resume, AnOptionThatTheRunDidNotHaveYetCountsAsItsDefault) {
  Checkpoint old;
  old.options_json = R"({"lr": 0.5})";
  auto now = old;
  now.options_json = R"({"lr": 0.5, "tail": "shared"})";
  EXPECT_EQ(error_of([&] { require_same_run(old, now, "run"); }), "");
  now.options_json = R"({"lr": 0.5, "tail": "separate"})";
  EXPECT_TRUE(error_of([&] { require_same_run(old, now, "run"); })
                  .starts_with("tail is \"separate\", but the run in run was made with an anole "
                               "that had no such option"));
}

TEST(Resume, AnyNumberOfStopsOnAnyNumberOfThreadsChangesNothing) {
  const TestFolder folder;
  toy::train(toy_options(folder / "whole"));
  const auto run = folder / "stopped";
  train_until(2, toy_options(run, 1));
  for (const int at : {3, 7, 8}) {
    toy::StopAt stopper(at);
    toy::resume(run, toy_options(run, at % 3 + 1), {&stopper}, &stopper.stop);
  }
  EXPECT_TRUE(toy::resume(run, toy_options(run, 2)).finished);
  toy::expect_equal_runs(folder / "whole", run);
}

TEST(Resume, AKilledRunLosesOnlyWhatFollowedItsCheckpoint) {
  // What a kill after meta-iteration 7 leaves: the checkpoint of 5, and metrics up to 7 with a torn
  // last line.
  const TestFolder folder;
  class Killed final : public Observer {
   public:
    Killed(fs::path run, fs::path copy) : run_(std::move(run)), copy_(std::move(copy)) {}
    void on_checkpoint(const Saved& saved) override {
      if (saved.iteration == 5) fs::copy(run_, copy_);
    }
    void on_iteration(const IterationReport& report) override {
      if (report.iteration != 7) return;
      auto lines = read_file(run_ / "metrics.jsonl");
      lines.resize(lines.size() - 4);
      write_file_atomically(copy_ / "metrics.jsonl", lines);
    }

   private:
    fs::path run_, copy_;
  } killed(folder / "whole", folder / "killed");
  auto options = toy_options(folder / "whole");
  options.checkpoint_seconds = 0;  // after every meta-iteration
  toy::train(options, {&killed});
  ASSERT_EQ(load_latest(folder / "killed").checkpoint.iteration, 5);

  Recorder seen;
  toy::resume(folder / "killed", toy_options(folder / "killed"), {&seen});
  EXPECT_EQ(seen.starts[0].iteration, 5);
  EXPECT_EQ(seen.reports.front().iteration, 6);
  toy::expect_equal_runs(folder / "whole", folder / "killed");
}

TEST(Resume, ARunThatIsWorkedOnIsRefusedAndLeftAsItIs) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  const auto files = [&] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(run)) {
      all[entry.path().filename().string()] = read_file(entry.path());
    }
    return all;
  };
  {
    const RunLock lock(run);
    const auto before = files();
    const auto message = error_of([&] { toy::resume(run, toy_options(run)); });
    EXPECT_TRUE(message.starts_with(run.string() + " is in use: process ")) << message;
    EXPECT_EQ(files(), before);
  }
  EXPECT_TRUE(toy::resume(run, toy_options(run)).finished);
}

TEST(Resume, TimesThatAKillHasTornAreCut) {
  const TestFolder folder;
  const auto run = folder / "run";
  const auto timing = timing_observer();
  toy::StopAt stopper(3);
  toy::train(toy_options(run), {&stopper, timing.get()}, &stopper.stop);
  auto lines = read_file(run / "timing.jsonl");
  lines.resize(lines.size() - 40);
  write_file_atomically(run / "timing.jsonl", lines);
  const auto again = timing_observer();
  EXPECT_TRUE(toy::resume(run, toy_options(run), {again.get()}).finished);
  const auto history = read_history(run);
  ASSERT_EQ(history.timing.size(), 1u);
  EXPECT_EQ(history.timing[0].from, 3);
  EXPECT_TRUE(history.notes.empty());
}

TEST(Resume, AChangedOptionIsAnErrorThatNamesBothValues) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  auto options = toy_options(run);
  options.inner.lr = 0.25;
  const auto message = error_of([&] { toy::resume(run, options); });
  EXPECT_NE(message.find("lr is 0.25, but the run in " + run.string() + " was made with 0.05"),
            std::string::npos)
      << message;
}

TEST(Resume, EveryResultOptionIsCompared) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  const std::function<void(TrainOptions&)> changes[] = {
      [](auto& o) { o.seed = 8; },          [](auto& o) { o.iterations = 13; },
      [](auto& o) { o.meta_batch = 4; },    [](auto& o) { o.inner_steps = 4; },
      [](auto& o) { o.shots = 2; },         [](auto& o) { o.data.split_seed = 1; },
      [](auto& o) { o.meta_step = 0.5; },   [](auto& o) { o.eval.eval_steps = 11; },
      [](auto& o) { o.replacement = true; }};
  for (const auto& change : changes) {
    auto options = toy_options(run);
    change(options);
    EXPECT_NE(error_of([&] { toy::resume(run, options); }), "");
  }
  EXPECT_EQ(load_latest(run).checkpoint.iteration, 3);
}

TEST(Resume, ThreadsAndOutputOptionsMayChange) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  auto options = toy_options("elsewhere", 2);
  options.eval_every = 1;
  options.validation_tasks = 2;
  options.checkpoint_seconds = 1;
  EXPECT_TRUE(toy::resume(run, options).finished);
}

TEST(Resume, TheOptionsOfARunCanBeReadBackFromItsFolder) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  const auto record = read_run_record(run);
  EXPECT_EQ(record.engine, "toy");
  EXPECT_TRUE(toy::resume(run, record.options).finished);
}

TEST(Resume, AFinishedRunSaysSoAndRewritesNothing) {
  const TestFolder folder;
  const auto run = folder / "run";
  toy::train(toy_options(run));
  const auto written = fs::last_write_time(run / "latest.checkpoint");
  const auto bundled = fs::last_write_time(run / "bundle.anole");
  const auto metrics = fs::last_write_time(run / "metrics.jsonl");
  Recorder seen;
  EXPECT_TRUE(toy::resume(run, toy_options(run), {&seen}).finished);
  ASSERT_EQ(seen.notes.size(), 1u);
  EXPECT_EQ(seen.notes[0], run.string() + " is finished: 12 of 12 meta-iterations are done");
  EXPECT_TRUE(seen.reports.empty());
  EXPECT_EQ(fs::last_write_time(run / "latest.checkpoint"), written);
  EXPECT_EQ(fs::last_write_time(run / "bundle.anole"), bundled);
  EXPECT_EQ(fs::last_write_time(run / "metrics.jsonl"), metrics);
}

TEST(Resume, ARunKilledBeforeItsBundleGetsIt) {
  const TestFolder folder;
  const auto run = folder / "run";
  toy::train(toy_options(run));
  const auto bundle = read_file(run / "bundle.anole");
  fs::remove(run / "bundle.anole");
  EXPECT_TRUE(toy::resume(run, toy_options(run)).finished);
  EXPECT_EQ(read_file(run / "bundle.anole"), bundle);
}

TEST(Resume, OtherDataIsAnErrorThatNamesBothHashes) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  const Experiment before(toy_options(run), toy::circle()),
      other(toy_options(run), toy::circle(9, 12, 2));
  LearnerTeam team(toy::learners_of(other), 1);
  const auto message = error_of([&] { Trainer({other, team}).resume(run); });
  EXPECT_NE(message.find(before.dataset_hash()), std::string::npos) << message;
  EXPECT_NE(message.find(other.dataset_hash()), std::string::npos) << message;
}

// Changes the newest checkpoint of `run`.
void edit_checkpoint(const fs::path& run, const std::function<void(Checkpoint&)>& edit) {
  auto checkpoint = load_latest(run).checkpoint;
  edit(checkpoint);
  save_latest(run, checkpoint);
}

TEST(Resume, AnotherEngineIsAnError) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  edit_checkpoint(run, [](auto& checkpoint) { checkpoint.engine = "fused"; });
  const auto message = error_of([&] { toy::resume(run, toy_options(run)); });
  EXPECT_TRUE(message.starts_with("engine is toy, but the run in ")) << message;
}

TEST(Resume, AnotherInstructionSetIsTold) {
  const TestFolder folder;
  const auto run = folder / "run";
  train_until(3, toy_options(run));
  edit_checkpoint(run, [](auto& checkpoint) { checkpoint.isa = "sve"; });
  Recorder seen;
  EXPECT_TRUE(toy::resume(run, toy_options(run), {&seen}).finished);
  ASSERT_EQ(seen.notes.size(), 1u);
  EXPECT_NE(seen.notes[0].find("used instruction set sve"), std::string::npos) << seen.notes[0];
}

TEST(Resume, ADamagedCheckpointGivesWayToThePreviousOneAndTheResultIsTheSame) {
  const TestFolder folder;
  toy::train(toy_options(folder / "whole"));
  const auto run = folder / "run";
  auto options = toy_options(run);
  options.checkpoint_seconds = 0;
  train_until(6, options);
  auto bytes = read_file(run / "latest.checkpoint");
  bytes[bytes.size() - 3] ^= 1;
  write_file_atomically(run / "latest.checkpoint", bytes);
  Recorder seen;
  EXPECT_TRUE(toy::resume(run, toy_options(run), {&seen}).finished);
  EXPECT_EQ(seen.starts[0].iteration, 5);
  EXPECT_EQ(seen.notes.size(), 1u);
  toy::expect_equal_runs(folder / "whole", run);
}

TEST(Resume, AFolderThatIsNoRunIsNamed) {
  const TestFolder folder;
  const auto message =
      error_of([&] { toy::resume(folder / "none", toy_options(folder / "none")); });
  EXPECT_NE(message.find("none"), std::string::npos) << message;
  EXPECT_NE(error_of([&] { read_run_record(folder / "none"); }).find("no run folder"),
            std::string::npos);
}

TEST(Resume, AnAverageGoesOnWhereItWas) {
  const TestFolder folder;
  auto options = toy_options(folder / "whole");
  options.average = 0.6;
  options.meta_schedule = MetaSchedule::kCosine;
  toy::train(options);
  options.out = folder / "cut";
  toy::StopAt stop(5);
  toy::train(options, {&stop}, &stop.stop);
  toy::resume(folder / "cut", options);
  toy::expect_equal_runs(folder / "whole", folder / "cut");
}

TEST(Resume, LabelSymmetryGoesOnWhereItWasOnAnyNumberOfThreads) {
  const TestFolder folder;
  auto options = toy_options(folder / "whole");
  options.label_symmetry = true;
  toy::train(options);
  options.out = folder / "cut";
  toy::StopAt stop(5);
  toy::train(options, {&stop}, &stop.stop);
  options.threads = 3;
  toy::resume(folder / "cut", options);
  toy::expect_equal_runs(folder / "whole", folder / "cut");

  options.label_symmetry = false;
  const auto message = error_of([&] { toy::resume(folder / "cut", options); });
  EXPECT_NE(message.find("label_symmetry is false, but the run in"), std::string::npos) << message;
}

TEST(Resume, OptionsThatTheRunDidNotHaveYetMeanTheirDefaults) {
  const TestFolder folder;
  const auto options = toy_options(folder / "run");
  toy::StopAt stop(5);
  toy::train(options, {&stop}, &stop.stop);
  auto checkpoint = load_checkpoint(folder / "run" / kLatestCheckpoint);
  auto json = parse_json(checkpoint.options_json, "options");
  json.erase("average");
  checkpoint.options_json = json.dump();
  save_checkpoint(folder / "run" / kLatestCheckpoint, checkpoint);
  auto changed = options;
  changed.average = 0.5;
  EXPECT_NE(error_of([&] {
              toy::resume(folder / "run", changed);
            }).find("average is 0.5, but the run in"),
            std::string::npos);
  EXPECT_TRUE(toy::resume(folder / "run", options).finished);
}

}  // namespace
}  // namespace anole
