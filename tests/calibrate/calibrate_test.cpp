#include "anole/calibrate/calibrate.h"

#include <gtest/gtest.h>

#include "anole/calibrate/stranger_tasks.h"
#include "anole/distributions/class_distribution.h"
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

GridPlan plan_of(const Bundle& bundle, const LoadedData& data, GridOptions sizes) {
  return {.bundle = bundle,
          .dataset = data.dataset,
          .classes = data.split.validation,
          .make = learners(),
          .options = std::move(sizes),
          .tasks = 20,
          .seed = 3};
}

TEST(CalibrateStart, MeasuresEverySizeTheSameOnAnyNumberOfThreads) {
  const auto data = clouds();
  const auto bundle = with_ways(with_ways(start(), 4), 3);  // labels alike
  auto plan = plan_of(bundle, data, {.ways = {3, 4}, .shots = {2}});
  const auto one = calibrate_start(plan);
  plan.threads = 3;
  EXPECT_EQ(calibrate_start(plan), one);
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

TEST(CalibrateStart, TakesTheSizesThatBundleAndClassesAllow) {
  const auto data = clouds();
  const auto bundle = start();  // its labels differ
  const auto points = calibrate_start(plan_of(bundle, data, {.ways = {2, 3}, .shots = {1, 4, 5}}));
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[0].ways, 3);
  EXPECT_EQ(points[1].shots, 4);
}

TEST(CalibrateStart, WithAllClassesKnownThereIsNoThreshold) {
  const auto data = clouds();
  const auto bundle = with_ways(start(), 8);
  const auto points = calibrate_start(plan_of(bundle, data, {.ways = {8}, .shots = {1}}));
  EXPECT_EQ(points.at(0).threshold, 0);
  EXPECT_EQ(points.at(0).separation, 0.5);
}

TEST(CheckCalibration, MeasuresTasksAtTheNearestPoint) {
  auto bundle = start();
  const auto data = clouds();
  const GridOptions size{.ways = {3}, .shots = {1}};
  bundle.calibration = calibrate_start(plan_of(bundle, data, size));
  const auto same = check_calibration(plan_of(bundle, data, size));
  EXPECT_EQ(same.point, bundle.calibration[0]);
  EXPECT_EQ(same.error, bundle.calibration[0].error);
  EXPECT_EQ(same.separation, bundle.calibration[0].separation);
  EXPECT_GT(same.known, same.strange);
  bundle.calibration.clear();
  const auto without = check_calibration(plan_of(bundle, data, size));
  EXPECT_EQ(without.error, without.error_without);
  EXPECT_EQ(without.error_without, same.error_without);
  EXPECT_EQ(
      error_of([&] { check_calibration(plan_of(bundle, data, {.ways = {3}, .shots = {5}})); }),
      "calibration: the 8 classes cannot fill tasks of 3 ways and 5 shots with a query");
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
