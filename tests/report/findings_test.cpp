#include "anole/report/findings.h"

#include <gtest/gtest.h>

#include "anole/distributions/sine.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::TestFolder;
using toy::toy_options;

Findings measure_circle(int threads, int tasks) {
  const Experiment experiment(toy_options("unused"), toy::circle());
  LearnerTeam team(toy::learners_of(experiment), threads);
  return measure(team, experiment, {.params = std::vector<float>(9, 0.0f)},
                 {.tasks = tasks, .random_tasks = 8});
}

TEST(Measure, AgreesWithEvaluateAndAnswersEveryQueryRow) {
  const auto findings = measure_circle(1, 20);
  EXPECT_EQ(findings.answer, AnswerKind::kClass);
  EXPECT_FALSE(findings.batch_norm);
  EXPECT_EQ(findings.learned.tasks, 20);
  EXPECT_EQ(findings.random.tasks, 8);
  ASSERT_EQ(findings.answers.size(), 3u);
  ASSERT_EQ(findings.answers[0].size(), 20u);
  EXPECT_EQ(findings.answers[0][0].answers.size(), 3u);  // 3 ways, 1 query
  const auto calibration = calibrate(findings.answers[0]);
  EXPECT_NEAR(100 * calibration.accuracy, findings.learned.norms[0].after.mean, 1e-9);
}

TEST(Measure, ShowsTheFirstTasksAndAnExampleOfEachClass) {
  const auto findings = measure_circle(1, 20);
  ASSERT_EQ(findings.first_tasks.size(), 4u);
  EXPECT_EQ(findings.first_tasks[2].answered.index, 2u);
  ASSERT_EQ(findings.classes.size(), 3u);  // the test classes
  ASSERT_EQ(findings.class_examples.size(), 3u);
  EXPECT_EQ(findings.class_examples[0].size(), 2u);  // a point in the plane
  for (const auto& shown : findings.worst_tasks) {
    EXPECT_GT(shown.answered.mistakes(), 0);
    EXPECT_GE(shown.answered.index, 4u);
  }
}

TEST(Measure, DoesNotDependOnTheNumberOfThreads) {
  const auto one = measure_circle(1, 20), three = measure_circle(3, 20);
  EXPECT_EQ(one.learned, three.learned);
  EXPECT_EQ(one.random, three.random);
  EXPECT_EQ(one.answers[2][19].answers[1].confidence, three.answers[2][19].answers[1].confidence);
}

TEST(Measure, FitsCurvesWhereTheTaskIsRegression) {
  TrainOptions options;
  options.data.dataset = "sine";
  options.shots = 10;
  options.inner.optimizer = Optimizer::kSgd;
  options.eval = {.eval_batch = 0, .eval_steps = 4};
  const Experiment experiment(options);
  LearnerTeam team(toy::linear_learner(1, 1, Loss::kMeanSquaredError), 2);
  const auto findings =
      measure(team, experiment, {.params = {0, 1}}, {.tasks = 9, .random_tasks = 8});
  EXPECT_EQ(findings.answer, AnswerKind::kValue);
  ASSERT_EQ(findings.fits.size(), 6u);
  EXPECT_EQ(findings.fits[0].support_x.size(), 10u);
  EXPECT_EQ(findings.fits[0].before, std::vector<float>(SineTasks::kPoints, 1.0f));  // 0 x + 1
  EXPECT_NE(findings.fits[0].after, findings.fits[0].before);
  EXPECT_EQ(findings.fits[0].random.size(), 50u);
  EXPECT_TRUE(findings.answers.empty());
}

TEST(AffordablePlan, GrowsWithTheWorkAllowedWithinItsBounds) {
  const Experiment experiment(toy_options("unused"), toy::circle());
  EXPECT_EQ(affordable_plan(experiment, 0, 400).tasks, 4);
  EXPECT_EQ(affordable_plan(experiment, 0, 400).random_tasks, 4);
  EXPECT_EQ(affordable_plan(experiment, 1000, 400).tasks, 400);
  EXPECT_EQ(affordable_plan(experiment, 1000, 400).random_tasks, 100);
  // A row is 8 FLOP, a third of an inner step on it. A task: 10 steps of 3 rows count thrice, 5
  // curve points with 3 queries, each beside 3 support rows: 90 + 60 rows, and a quarter: 1,500.
  EXPECT_EQ(affordable_plan(experiment, 100 * 1500e-9 + 1e-12, 400).tasks, 100);
}

TEST(TrainingGigaflops, CountsAllInnerSteps) {
  // 12 iterations of 5 tasks, 3 steps, batch 5: 900 rows, forward and to the weights: 24 FLOP each.
  const Experiment experiment(toy_options("unused"), toy::circle());
  EXPECT_NEAR(training_gigaflops(experiment), 900 * 24e-9, 1e-12);
}

}  // namespace
}  // namespace anole
