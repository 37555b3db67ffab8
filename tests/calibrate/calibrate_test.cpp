#include "anole/calibrate/calibrate.h"

#include <gtest/gtest.h>

#include "anole/calibrate/stranger_tasks.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "tests/error_of.h"

namespace anole {
namespace {

// Eight classes of five rows of four numbers around a point of their own.
LoadedData clouds() {
  Rng rng(1, Stream::kInit);
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  LoadedData data;
  for (int c = 0; c < 8; ++c) {
    names.push_back(std::string(1, static_cast<char>('a' + c)));
    data.split.validation.push_back({.class_index = c});
    float centre[4];
    for (float& v : centre) v = 2 * rng.normal();
    for (int i = 0; i < 5; ++i) {
      for (const float v : centre) rows.push_back(v + rng.normal());
      labels.push_back(c);
    }
  }
  data.dataset = ClassDataset::from_rows(rows, {.channels = 4}, labels, names);
  return data;
}

Bundle start() {
  Bundle bundle;
  bundle.spec = make_model({.model = "mlp"}, {.channels = 4}, 3, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(1, Stream::kInit));
  bundle.schedule = {.batch = 3, .steps = 10};
  return bundle;
}

TEST(CalibrateStart, MeasuresEverySizeTheSameOnAnyNumberOfThreads) {
  const auto data = clouds();
  const std::vector<TaskSize> sizes{{3, 1}, {4, 2}};
  const auto points = [&](int threads) {
    return calibrate_start(start(), data, Part::kValidation, sizes, learners(),
                           {.tasks = 20, .seed = 3, .threads = threads});
  };
  const auto one = points(1);
  EXPECT_EQ(one, points(3));
  ASSERT_EQ(one.size(), 2u);
  EXPECT_EQ(one[1].ways, 4);
  EXPECT_EQ(one[1].shots, 2);
  for (const auto& point : one) {
    EXPECT_GT(point.accuracy, 0.5);
    EXPECT_LT(point.accuracy, 1);
    EXPECT_GT(point.ci95, 0);
    EXPECT_GT(point.separation, 0.5);
    EXPECT_GT(point.threshold, 1.0 / point.ways);
    EXPECT_LT(point.error, 0.2);
  }
}

TEST(CalibrateStart, TakesTheSizesThatTheClassesFill) {
  const std::vector<TaskSize> wanted{{3, 1}, {8, 4}, {9, 1}, {3, 5}, {3, 1}};
  EXPECT_EQ(sizes_within(clouds(), Part::kValidation, wanted),
            (std::vector<TaskSize>{{3, 1}, {8, 4}}));
  EXPECT_TRUE(sizes_within(clouds(), Part::kTest, wanted).empty());
}

TEST(CalibrateStart, WithAllClassesKnownThereIsNoThreshold) {
  const auto point =
      calibrate_start(start(), clouds(), Part::kValidation, {{8, 1}}, learners(), {.tasks = 5})[0];
  EXPECT_EQ(point.threshold, 0);
  EXPECT_EQ(point.separation, 0.5);
}

TEST(CheckCalibration, MeasuresOtherTasksAtTheNearestPoint) {
  auto bundle = start();
  const auto data = clouds();
  const CalibrateOptions options{.tasks = 40, .seed = 3};
  bundle.calibration =
      calibrate_start(bundle, data, Part::kValidation, {{3, 1}}, learners(), options);
  const auto same = check_calibration(bundle, data, Part::kValidation, {3, 1}, learners(), options);
  EXPECT_EQ(same.point, bundle.calibration[0]);
  EXPECT_EQ(same.error, bundle.calibration[0].error);
  EXPECT_EQ(same.separation, bundle.calibration[0].separation);
  EXPECT_GT(same.known, same.strange);
  bundle.calibration.clear();
  const auto without =
      check_calibration(bundle, data, Part::kValidation, {3, 1}, learners(), options);
  EXPECT_EQ(without.error, without.error_without);
  EXPECT_EQ(without.error_without, same.error_without);
  EXPECT_EQ(error_of([&] {
              check_calibration(bundle, data, Part::kTest, {3, 1}, learners(), options);
            }),
            "calibration: the test classes cannot fill tasks of 3 ways and 1 shots with a query");
}

TEST(StrangerTasks, ShowOnlyTheFirstClassesAndAskAboutAll) {
  const auto data = clouds();
  const TaskShape shape{.ways = 5, .shots = 2, .queries = 1};
  const StrangerTasks tasks(class_tasks(data, Part::kValidation, {.shape = shape}, 0), 3);
  const auto task = tasks.task(Stream::kEvalTask, 0, 0);
  EXPECT_EQ(task.support.count, 6);
  EXPECT_EQ(task.support.rows.size(), 24u);
  EXPECT_EQ(std::vector(task.support.labels.begin(), task.support.labels.end()),
            (std::vector<std::int32_t>{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(std::vector(task.query.labels.begin(), task.query.labels.end()),
            (std::vector<std::int32_t>{0, 1, 2, 0, 0}));
  EXPECT_EQ(task.way, 3);
}

}  // namespace
}  // namespace anole
