#include "anole/eval/metric.h"

#include <gtest/gtest.h>

#include <vector>

namespace anole {
namespace {

TEST(Accuracy, IsThePercentOfRowsWhoseLargestOutputIsAtTheirLabel) {
  const std::vector<float> logits{0, 1, 2, 1, 5, 6, 0, 3};
  const std::vector<std::int32_t> labels{1, 0, 0, 1};
  EXPECT_DOUBLE_EQ(accuracy(logits, {.labels = labels, .count = 4}), 75.0);
}

TEST(Accuracy, OfEqualOutputsTheFirstCounts) {
  const std::vector<float> logits{1, 1, 1, 1};
  const std::vector<std::int32_t> labels{0, 1};
  EXPECT_DOUBLE_EQ(accuracy(logits, {.labels = labels, .count = 2}), 50.0);
}

TEST(SquaredError, IsTheMeanOverRowsAndOutputs) {
  const std::vector<float> values{1, 2, 3, 4}, targets{1, 1, 1, 1};
  EXPECT_DOUBLE_EQ(squared_error(values, {.targets = targets, .count = 2}), 3.5);
}

TEST(Metric, SaysHowAScoreIsWritten) {
  EXPECT_EQ(score_text({97.518, 0.1}, kAccuracy), "97.52 ± 0.10 %");
  EXPECT_EQ(score_text({0.01234, 0.0004}, kSquaredError), "0.0123 ± 0.0004");
  EXPECT_EQ(number_text(20, kAccuracy), "20.00");
}

TEST(Metric, FollowsTheAnswerOfATask) {
  EXPECT_EQ(&metric_of(AnswerKind::kClass), &kAccuracy);
  EXPECT_EQ(&metric_of(AnswerKind::kValue), &kSquaredError);
}

}  // namespace
}  // namespace anole
