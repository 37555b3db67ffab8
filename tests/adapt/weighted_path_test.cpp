#include "anole/adapt/weighted_path.h"

#include <gtest/gtest.h>

#include "tests/adapt/adapted.h"
#include "tests/adapt/toy.h"

namespace anole {
namespace {

const toy::PointTasks kTasks({.ways = 3, .shots = 4, .queries = 0});
const InnerOptions kSgd{.optimizer = Optimizer::kSgd, .lr = 0.5};
const MetaState kStart{.params = std::vector<float>(9, 0.1f)};
using Weights = std::vector<double>;

// Four steps of batches of three, taken in calls that end at `cuts`.
std::vector<float> params_after(const Weights& weights, const std::vector<int>& cuts = {4}) {
  toy::LinearLearner learner(toy::linear_spec(2, 3, Loss::kCrossEntropy));
  const auto task = kTasks.task(Stream::kTrainTask, 5, 0);
  const auto batches = schedule(Rng(1, Stream::kTrainBatches), 12, {.batch = 3, .steps = 4});
  const WeightedSteps steps{.inner = kSgd, .weights = weights};
  const auto path = make_weighted_path(steps, {.meta = kStart, .moves = Rng(0, Stream::kInit)});
  for (const int cut : cuts) path->take(learner, task, batches, cut);
  return std::move(*path).result().params;
}

// theta_0, theta_1, … theta_4 by hand.
std::vector<std::vector<float>> path_by_hand() {
  toy::LinearLearner learner(toy::linear_spec(2, 3, Loss::kCrossEntropy));
  const auto task = kTasks.task(Stream::kTrainTask, 5, 0);
  const auto batches = schedule(Rng(1, Stream::kTrainBatches), 12, {.batch = 3, .steps = 4});
  auto state = settled(begin_task(kStart, kSgd), kSgd);
  std::vector<std::vector<float>> path{state.meta.params};
  for (int j = 0; j < 4; ++j) {
    learner.adapt(state, task.support, slice(batches, j, j + 1), kSgd);
    path.push_back(state.meta.params);
  }
  return path;
}

TEST(WeightedPath, WithoutWeightsOrWithAllOneEndsInTheAdaptedParams) {
  EXPECT_EQ(params_after({}), path_by_hand()[4]);
  EXPECT_EQ(params_after({1, 1, 1, 1}), path_by_hand()[4]);
}

TEST(WeightedPath, TheLastStepAloneIsFirstOrderMamls) {
  const auto path = path_by_hand();
  const auto found = params_after({0, 0, 0, 1});
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(found[i], 0.1f + path[4][i] - path[3][i], 1e-6);
}

TEST(WeightedPath, WeighsTheChangeOfEveryStep) {
  const auto path = path_by_hand();
  const auto found = params_after({2, 0, -1, 1});
  for (std::size_t i = 0; i < 9; ++i) {
    const float pull =
        2 * (path[1][i] - path[0][i]) - (path[3][i] - path[2][i]) + (path[4][i] - path[3][i]);
    EXPECT_NEAR(found[i], 0.1f + pull, 1e-6);  // a few roundings of numbers below 2
  }
}

TEST(WeightedPath, GivesTheSameBitsWhereverCallsCutIt) {
  for (const Weights& weights : {Weights{}, Weights{0, 0, 0, 1}, Weights{2, 2, 3, 3}}) {
    const auto whole = params_after(weights);
    EXPECT_EQ(params_after(weights, {1, 4}), whole);
    EXPECT_EQ(params_after(weights, {1, 2, 3, 4}), whole);
  }
}

TEST(WeightedPath, WithoutAStepSendsBackItsStart) {
  toy::LinearLearner learner(toy::linear_spec(2, 3, Loss::kCrossEntropy));
  const auto task = kTasks.task(Stream::kTrainTask, 5, 0);
  const WeightedSteps steps{.inner = kSgd};
  const auto path = make_weighted_path(steps, {.meta = kStart, .moves = Rng(0, Stream::kInit)});
  path->take(learner, task, {}, 0);
  EXPECT_EQ(path->state().params().data(), kStart.params.data());  // no copy
  EXPECT_EQ(std::move(*path).result(), kStart);
}

}  // namespace
}  // namespace anole
