#include "anole/meta/meta_learner.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"

namespace anole {
namespace {

using Weights = std::vector<double>;

std::string error_of(MetaLearner learner, const std::vector<int>& chosen, int steps) {
  try {
    step_weights(learner, chosen, steps);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(StepWeights, ReptileCountsEveryStep) {
  EXPECT_TRUE(step_weights(MetaLearner::kReptile, {}, 5).empty());
}

TEST(StepWeights, FirstOrderMamlCountsTheLastStepAlone) {
  EXPECT_EQ(step_weights(MetaLearner::kFomaml, {}, 3), (Weights{0, 0, 1}));
  EXPECT_EQ(step_weights(MetaLearner::kFomaml, {}, 1), (Weights{1}));
}

TEST(StepWeights, ChosenOnesAreTaken) {
  EXPECT_EQ(step_weights(MetaLearner::kReptile, std::vector{1, 0, -2}, 3), (Weights{1, 0, -2}));
}

TEST(StepWeights, ThatDoNotFitSayWhy) {
  EXPECT_EQ(error_of(MetaLearner::kReptile, {1, 0}, 3),
            "step_weights has 2 weights, but there are 3 inner steps; give one a step");
  EXPECT_TRUE(error_of(MetaLearner::kReptile, {0, 0}, 2).starts_with("step_weights are all 0"));
  EXPECT_TRUE(error_of(MetaLearner::kFomaml, {0, 1}, 2)
                  .starts_with("step_weights are given, and meta_learner is fomaml"));
}

}  // namespace
}  // namespace anole
