#include "anole/diagnose/diagnose.h"

#include <gtest/gtest.h>

#include "anole/diagnose/batch_losses.h"
#include "anole/meta/reptile.h"
#include "tests/adapt/adapted.h"
#include "tests/adapt/toy.h"

namespace anole {
namespace {

const toy::PointTasks kTasks({.ways = 3, .shots = 4, .queries = 0});
const InnerOptions kSgd{.optimizer = Optimizer::kSgd, .lr = 0.3};
const ScheduleOptions kSchedule{.batch = 4, .steps = 3};

MetaState small_state() { return {.params = std::vector<float>(9, 0.1f)}; }

Diagnosis diagnosed(int threads, const MetaState& now, const InnerOptions& inner = kSgd) {
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), threads);
  return diagnose(team, small_state(), now, kTasks,
                  {.options = {.tasks = 7, .steps = 40}, .schedule = kSchedule, .inner = inner});
}

TEST(Diagnose, GivesTheSameNumbersOnAnyNumberOfWorkers) {
  const auto one = diagnosed(1, small_state());
  for (const int threads : {2, 3}) {
    const auto many = diagnosed(threads, small_state());
    EXPECT_EQ(many.grad, one.grad);
    EXPECT_EQ(many.grad_inner, one.grad_inner);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(many.updates[i].norm, one.updates[i].norm);
    EXPECT_EQ(many.now.distance.mean, one.now.distance.mean);
    EXPECT_EQ(many.segment[2].loss.ci95, one.segment[2].loss.ci95);
  }
}

TEST(Diagnose, UnderSgdTheRunsOwnUpdateIsLrTimesReptiles) {
  const auto found = diagnosed(2, small_state());
  EXPECT_EQ(found.lr, 0.3);
  EXPECT_EQ(found.batches, 3);
  // The run's own takes the mini-batches in one order, the analysis in three.
  EXPECT_NEAR(found.updates[3].norm / found.updates[0].norm, 0.3, 0.01);
  EXPECT_NEAR(found.updates[3].cosine_grad, found.updates[0].cosine_grad, 1e-3);
}

TEST(Diagnose, WithAVerySmallLrTheTheorysTwoTermsAreAllOfTheUpdate) {
  auto inner = kSgd;
  inner.lr = 1e-4;
  // But for gradients rounded to float, and terms of second order: some 1e-4.
  const auto updates = diagnosed(1, small_state(), inner).updates;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_LT(updates[i].remainder, 1e-3) << updates[i].name;
}

TEST(Diagnose, TheSegmentBeginsAtTheParamsAndEndsAtTheAdapted) {
  const auto found = diagnosed(1, small_state());
  ASSERT_EQ(found.segment.size(), 6u);
  EXPECT_EQ(found.segment[0].at, 0);
  EXPECT_EQ(found.segment[0].loss.mean, found.now.loss.mean);
  EXPECT_NEAR(found.segment[4].loss.mean, found.now.adapted_loss.mean, 1e-6);
  EXPECT_LT(found.now.adapted_loss.mean, 0.5 * found.now.loss.mean);
  EXPECT_GT(found.now.distance.mean, 0);
}

TEST(Diagnose, OfTheInitialParamsBeforeAndNowAgree) {
  const auto found = diagnosed(1, small_state());
  EXPECT_EQ(found.before.inner_product.mean, found.now.inner_product.mean);
  EXPECT_EQ(found.before.distance.mean, found.now.distance.mean);
}

TEST(Diagnose, UnderAdamAnalysesSgdStepsOfTheSameLength) {
  const InnerOptions adam{.lr = 0.01};
  const auto found = diagnosed(1, small_state(), adam);
  // Adam's first step from zero moments moves each of nine parameters by some 0.01.
  EXPECT_GT(found.lr, 0.01);
  EXPECT_LT(found.lr, 1);
  EXPECT_EQ(found.updates[3].name, "this run's");
}

TEST(Diagnose, RefusesTasksOfAnotherNetwork) {
  LearnerTeam team(toy::linear_learner(2, 5, Loss::kCrossEntropy), 1);
  EXPECT_THROW(diagnose(team, small_state(), small_state(), kTasks, {}), Error);
}

TEST(LearnerLosses, AreTheGradientsOfTheNamedRows) {
  toy::LinearLearner learner(toy::linear_spec(2, 3, Loss::kCrossEntropy));
  const auto task = kTasks.task(Stream::kTrainTask, 0, 0);
  const Batches batches{.batch = 2, .rows = {5, 0, 3, 11}};
  LearnerLosses losses(learner, task.support, batches);
  const auto gradient = losses.gradient(1, Vector(9, 0.1));
  // One SGD step on that batch moves by -lr g.
  const auto stepped = adapted(learner, begin_task({.params = std::vector<float>(9, 0.1f)}, kSgd),
                               task.support, slice(batches, 1, 2), kSgd);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(0.1 - 0.3 * gradient[i], stepped.meta.params[i], 1e-7);
  }
  EXPECT_EQ(losses.count(), 2);
}

TEST(GrowthOf, ComparesTheLastTenthWithTheFirst) {
  std::vector<double> norms(20, 3);
  norms[0] = 1, norms[1] = 2, norms[10] = 9, norms[18] = 5, norms[19] = 7;
  const auto growth = growth_of(norms);
  EXPECT_EQ(growth.first, 1.5);
  EXPECT_EQ(growth.last, 6);
  EXPECT_EQ(growth.longest, 9);
  EXPECT_EQ(growth.ratio(), 4);
}

}  // namespace
}  // namespace anole
