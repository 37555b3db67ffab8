#include "anole/runs/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/train/toy_run.h"

namespace anole {
namespace {

using ::testing::HasSubstr;
using toy::error_of;
using toy::TestFolder;
using toy::toy_options;

TEST(ReadHistory, HasOptionsAndCurvesOfARun) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const auto history = read_history(folder / "run");
  EXPECT_EQ(history.name, "run");
  EXPECT_EQ(history.fact("options", "lr"), "0.05");
  EXPECT_EQ(history.fact("protocol", "training ways"), "3");
  EXPECT_EQ(history.fact("", "engine"), "toy");
  EXPECT_EQ(history.fact("", "no such"), "");
  ASSERT_EQ(history.losses.size(), 12u);
  EXPECT_EQ(history.losses[0].iteration, 1);
  ASSERT_EQ(history.validations.size(), 3u);
  EXPECT_EQ(history.validations[2].iteration, 12);
  EXPECT_EQ(history.validations[2].on, "training classes");
  EXPECT_EQ(history.validations[2].metric, &kAccuracy);
}

TEST(ReadHistory, LeavesOutATornLastLine) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const auto metrics = folder / "run" / "metrics.jsonl";
  write_file_atomically(metrics, "{\"iteration\":1,\"meta_step\":1,\"loss\":2.5}\n{\"iterat");
  ASSERT_EQ(read_history(folder / "run").losses.size(), 1u);
  std::filesystem::remove(metrics);
  EXPECT_TRUE(read_history(folder / "run").losses.empty());
}

TEST(ReadHistory, NamesPathAndLineOfWhatItCannotRead) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  write_file_atomically(folder / "run" / "metrics.jsonl", "{\"iteration\":1,\"loss\":\"high\"}\n");
  EXPECT_THAT(error_of([&] { read_history(folder / "run"); }),
              HasSubstr("metrics.jsonl: line 1: not a line that anole writes"));
  write_file_atomically(folder / "run" / "metrics.jsonl", "{\n");
  EXPECT_THAT(
      error_of([&] { read_history(folder / "run"); }),
      HasSubstr("metrics.jsonl: line 1: not valid JSON: it ends too early; remove the line"));
  EXPECT_THAT(error_of([&] { read_history(folder / "none"); }), HasSubstr("no run folder"));
}

TEST(ReadHistory, LeavesOutTimesThatAKillHasTornAndSaysSo) {
  const TestFolder folder;
  toy::train(toy_options(folder / "run"));
  const std::string whole =
      R"({"iteration":12,"from":6,"seconds":2,"threads":1,"inner_steps_per_second":0,"rows_per_second":0})";
  const auto timing = folder / "run" / "timing.jsonl";
  write_file_atomically(timing,
                        R"({"iteration":6,"from":0,"sec)" + whole + '\n' + whole + "\n{\"it");
  const auto history = read_history(folder / "run");
  ASSERT_EQ(history.timing.size(), 1u);
  EXPECT_EQ(history.timing[0].from, 6);
  ASSERT_EQ(history.notes.size(), 1u);
  EXPECT_THAT(history.notes[0], HasSubstr("timing.jsonl: line 1: not valid JSON"));
  EXPECT_THAT(history.notes[0], HasSubstr("; its times are left out"));
}

TEST(TimingObserver, WritesHowLongTheRunTook) {
  const TestFolder folder;
  const auto timing = timing_observer();
  toy::train(toy_options(folder / "run", 2), {timing.get()});
  const auto history = read_history(folder / "run");
  ASSERT_EQ(history.timing.size(), 1u);
  EXPECT_EQ(history.timing[0].iteration, 12);
  EXPECT_EQ(history.timing[0].from, 0);
  EXPECT_EQ(history.timing[0].threads, 2);
  EXPECT_GT(history.timing[0].seconds, 0);
}

TEST(TotalTime, AddsTheProcessesOfAResumedRun) {
  const auto total = total_time({{.iteration = 10, .from = 0, .seconds = 5},
                                 {.iteration = 20, .from = 0, .seconds = 9},
                                 {.iteration = 50, .from = 20, .seconds = 30}});
  EXPECT_DOUBLE_EQ(total.seconds, 39);
  EXPECT_EQ(total.iterations, 50);
  EXPECT_EQ(total_time({}).iterations, 0);
}

TEST(BinLosses, AveragesStretchesOfIterations) {
  const auto bins = bin_losses({{1, 1, 1.0}, {2, 1, 3.0}, {3, 1, 5.0}, {4, 1, 5.0}}, 2);
  ASSERT_EQ(bins.size(), 2u);
  EXPECT_DOUBLE_EQ(bins[0].iteration, 1.5);
  EXPECT_DOUBLE_EQ(bins[0].loss.mean, 2);
  EXPECT_NEAR(bins[0].loss.ci95, 1.96, 1e-12);  // s = sqrt(2), n = 2: 1.96 sqrt(2 / 2)
  EXPECT_EQ(bins[1].loss, (Score{5, 0}));
  EXPECT_TRUE(bin_losses({}, 10).empty());
}

}  // namespace
}  // namespace anole
