#include "anole/train/experiment.h"

#include <gtest/gtest.h>

#include "anole/distributions/class_distribution.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::TestFolder;
using toy::toy_options;

TEST(Experiment, TrainsOnTrainingClassesWithTrainShotsAndNoQueries) {
  const Experiment experiment(toy_options("x"), toy::circle());
  const auto task = experiment.train_tasks()->task(Stream::kTrainTask, 0, 0);
  EXPECT_EQ(task.support.count, 3 * 4);
  EXPECT_EQ(task.query.count, 0);
}

TEST(Experiment, TestsOnTestClassesOnly) {
  const Experiment experiment(toy_options("x"), toy::circle());
  const auto task = experiment.test_tasks(5)->task(Stream::kEvalTask, 0, 0);
  auto names = task.class_names;
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"place6", "place7", "place8"}));
  EXPECT_EQ(task.support.count, 3);
  EXPECT_EQ(task.query.count, 3);
}

TEST(Experiment, ValidatesOnTrainingClassesAndSaysSoWithoutValidationClasses) {
  const Experiment experiment(toy_options("x"), toy::circle());
  EXPECT_EQ(enum_name(experiment.validation_on()), "training classes");
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (const auto& name :
         experiment.validation_tasks()->task(Stream::kValidationTask, 0, i).class_names) {
      EXPECT_LT(name, "place6");
    }
  }
}

TEST(Experiment, ValidatesOnValidationClassesWhereThereAreSome) {
  auto data = toy::circle();
  data.split.validation.assign(data.split.train.begin(), data.split.train.begin() + 3);
  data.split.train.erase(data.split.train.begin(), data.split.train.begin() + 3);
  const Experiment experiment(toy_options("x"), std::move(data));
  EXPECT_EQ(enum_name(experiment.validation_on()), "validation classes");
  auto names = experiment.validation_tasks()->task(Stream::kValidationTask, 0, 0).class_names;
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"place0", "place1", "place2"}));
}

TEST(Experiment, MoreWaysThanTrainingClassesIsAnError) {
  auto options = toy_options("x");
  options.ways = 7;
  const auto message = error_of([&] { Experiment(options, toy::circle()); });
  EXPECT_TRUE(message.starts_with("training tasks (train_shots): ")) << message;
  EXPECT_NE(message.find("7"), std::string::npos) << message;
}

TEST(Experiment, ForEvaluationNeedsTestClassesAlone) {
  auto data = toy::circle();
  data.split.test = data.split.train;
  data.split.train.clear();
  data.notes = {"odd"};
  auto options = toy_options("x");
  options.train_shots = 1000;
  EXPECT_NE(error_of([&] { Experiment(options, data); }), "");
  const Experiment experiment(options, std::make_unique<const ClassDistribution>(std::move(data)),
                              Purpose::kEvaluation);
  EXPECT_EQ(experiment.test_tasks(0)->outputs(), 3);
  EXPECT_EQ(experiment.notes(), (std::vector<std::string>{"odd"}));
}

TEST(Experiment, TooFewItemsForTrainShotsIsAnErrorThatNamesTheClass) {
  auto options = toy_options("x");
  options.train_shots = 13;
  const auto message = error_of([&] { Experiment(options, toy::circle()); });
  EXPECT_NE(message.find("13 shots and 0 queries need 13 items"), std::string::npos) << message;
  EXPECT_NE(message.find("fewer: 'place0' (12), "), std::string::npos) << message;
}

TEST(Experiment, TooFewItemsToValidateSaysHowToDoWithout) {
  auto options = toy_options("x");
  options.shots = 12;
  const auto message = error_of([&] { Experiment(options, toy::circle()); });
  EXPECT_TRUE(
      message.starts_with("validation tasks on training classes (eval_every 0 does without)"))
      << message;
  options.eval_every = 0;
  EXPECT_EQ(error_of([&] { Experiment(options, toy::circle()); }), "");
}

TEST(Experiment, TooFewTestClassesAreNotedBecauseTrainingStillMakesSense) {
  auto options = toy_options("x");
  options.ways = 4;
  const Experiment experiment(options, toy::circle());
  ASSERT_EQ(experiment.notes().size(), 1u);
  EXPECT_TRUE(experiment.notes()[0].starts_with("test tasks: ")) << experiment.notes()[0];
  EXPECT_THROW(experiment.test_tasks(0), Error);
}

TEST(Experiment, AnInnerBatchLargerThanTheSupportIsNoted) {
  auto options = toy_options("x");
  options.inner_batch = 13;
  const Experiment experiment(options, toy::circle());
  ASSERT_EQ(experiment.notes().size(), 1u);
  EXPECT_TRUE(
      experiment.notes()[0].starts_with("inner_batch is 13, but a task has 12 support rows"));
}

TEST(Experiment, SineNeedsNoData) {
  TrainOptions options;
  options.data.dataset = "sine";
  const Experiment experiment(options);
  EXPECT_EQ(experiment.distribution().classes(), nullptr);
  EXPECT_EQ(experiment.spec().name, "sine_mlp");
  EXPECT_EQ(experiment.spec().loss, Loss::kMeanSquaredError);
  EXPECT_EQ(enum_name(experiment.validation_on()), "new tasks");
}

TEST(Experiment, ProtocolHoldsWhatTheNumberWasMeasuredUnder) {
  const Experiment experiment(toy_options("x"), toy::circle());
  const auto protocol = experiment.test_protocol(3);
  EXPECT_EQ(protocol.dataset, "vectors");
  EXPECT_EQ(protocol.split, "seeded");
  EXPECT_EQ(protocol.shape.ways, 3);
  EXPECT_EQ(protocol.shape.shots, 1);
  EXPECT_EQ(protocol.seed, 3u);
  EXPECT_EQ(protocol.inner_steps, 10);
}

TEST(Experiment, InnerLearningRateStaysWithoutAFinalOne) {
  const Experiment experiment(toy_options("x"), toy::circle());
  EXPECT_EQ(experiment.train_inner(0).lr, experiment.options().inner.lr);
  EXPECT_EQ(experiment.train_inner(11).lr, experiment.options().inner.lr);
  EXPECT_EQ(experiment.eval_inner().lr, experiment.options().inner.lr);
}

TEST(Experiment, InnerLearningRateGoesToTheFinalOneAsTheMetaScheduleSays) {
  auto options = toy_options("x");
  options.iterations = 12;
  options.inner.lr = 0.05;
  options.lr_final = 0.01;
  const Experiment linear(options, toy::circle());
  EXPECT_DOUBLE_EQ(linear.train_inner(0).lr, 0.05);
  EXPECT_DOUBLE_EQ(linear.train_inner(3).lr, 0.04);
  EXPECT_DOUBLE_EQ(linear.train_inner(6).lr, 0.03);
  EXPECT_DOUBLE_EQ(linear.eval_inner().lr, 0.01);
  options.meta_schedule = MetaSchedule::kCosine;
  const Experiment cosine(options, toy::circle());
  EXPECT_DOUBLE_EQ(cosine.train_inner(0).lr, 0.05);
  EXPECT_NEAR(cosine.train_inner(3).lr, 0.0441421, 1e-7);  // 0.01 + 0.04 (1 + cos(pi/4)) / 2
  EXPECT_DOUBLE_EQ(cosine.train_inner(6).lr, 0.03);
  EXPECT_DOUBLE_EQ(cosine.eval_inner().lr, 0.01);
}

TEST(Experiment, TheSecondMomentIsOfMetaTrainingsBatches) {
  const auto rows = [](int inner_batch) {
    auto options = toy_options("x");
    options.ways = 3;
    options.train_shots = 4;
    options.inner_batch = inner_batch;
    options.eval.eval_batch = 1;
    return Experiment(options, toy::circle()).train_batch();
  };
  EXPECT_EQ(rows(5), 5);
  EXPECT_EQ(rows(0), 12);   // the whole support set
  EXPECT_EQ(rows(20), 12);  // no more rows than a task has
  TrainOptions sine;
  sine.data.dataset = "sine";
  sine.train_shots = 7;
  sine.inner_batch = 0;
  EXPECT_EQ(Experiment(sine).train_batch(), 7);
  const TestFolder folder;
  EXPECT_EQ(toy::train(toy_options(folder / "run")).state.meta.moment_rows, 5);
}

TEST(InitialState, GuessesUnderLabelSymmetry) {
  auto options = toy_options("x");
  options.label_symmetry = true;
  const Experiment experiment(options, toy::circle());
  const auto learner = toy::learners_of(experiment)();
  const auto params = initial_state(options, *learner, 0).params;
  // Three rows of two weights, then three biases: all outputs are equal.
  EXPECT_EQ(params[0], params[2]);
  EXPECT_EQ(params[1], params[5]);
  EXPECT_EQ(params[6], params[8]);
}

}  // namespace
}  // namespace anole
