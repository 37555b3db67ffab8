#include "anole/train/alarm.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

// The first message of an alarm that sees `losses`, with updates of length 1.
std::string message_of(const TrainOptions& options, const std::vector<double>& losses,
                       double meta_step = 1) {
  DivergenceAlarm alarm(options);
  std::int64_t iteration = 0;
  for (const double loss : losses) {
    const auto message =
        alarm.watch({.iteration = ++iteration, .meta_step = meta_step, .loss = loss, .update = 1});
    if (!message.empty()) return message;
  }
  return {};
}

std::vector<double> series(int count, double start, double factor) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i, start *= factor) values.push_back(start);
  return values;
}

TEST(DivergenceAlarm, SaysNothingOfALossThatFallsOrStays) {
  EXPECT_EQ(message_of({}, series(500, 2, 0.99)), "");
  EXPECT_EQ(message_of({}, series(500, 2, 1)), "");
}

TEST(DivergenceAlarm, WithStepsOfAtMostOneNamesTheLearningRate) {
  TrainOptions options;
  options.inner.lr = 0.5;
  EXPECT_EQ(message_of(options, series(500, 1, 1.1)),
            "training diverges, seen after 28 meta-iterations: the loss grew from 1.59 to 4.79; "
            "meta_step is at most 1, so it is the inner steps that lead away: lr 0.5 is too large "
            "for these tasks; try 0.05, or --clip-norm");
}

TEST(DivergenceAlarm, NamesAMetaStepAboveOne) {
  const auto message = message_of({}, series(500, 1, 1.1), 2.5);
  EXPECT_TRUE(message.ends_with(
      "; meta_step is 2.5, and above 1 it goes past the adapted params; try 1 or below"))
      << message;
}

TEST(DivergenceAlarm, CountsTheWeightsOfTheSteps) {
  TrainOptions options;
  options.step_weights = {0, -4};
  const auto message = message_of(options, series(500, 1, 1.1), 0.5);
  EXPECT_NE(message.find("meta_step times the largest of step_weights is 2,"), std::string::npos)
      << message;
}

TEST(DivergenceAlarm, SeesALossThatIsFarAboveGuessingFromTheBeginning) {
  DivergenceAlarm alarm(TrainOptions{}, 1.609);
  std::string message;
  for (int i = 1; i <= 20; ++i) message += alarm.watch({.iteration = i, .loss = 3.5, .update = 1});
  EXPECT_TRUE(
      message.starts_with("training diverges, seen after 20 meta-iterations: the loss, 3.5, "
                          "is far above that of guessing, 1.61; "))
      << message;
}

TEST(DivergenceAlarm, SeesUpdatesThatGrowWhileTheLossDoesNot) {
  DivergenceAlarm alarm(TrainOptions{});
  std::string message;
  double update = 1;
  for (int i = 1; i <= 100 && message.empty(); ++i, update *= 1.2) {
    message = alarm.watch({.iteration = i, .meta_step = 1, .loss = 1, .update = update});
  }
  EXPECT_NE(message.find("the meta-update grew from 2.6 to "), std::string::npos) << message;
}

TEST(DivergenceAlarm, TellsOnce) {
  DivergenceAlarm alarm(TrainOptions{});
  int told = 0;
  double loss = 1;
  for (int i = 1; i <= 200; ++i, loss *= 1.1) {
    told += alarm.watch({.iteration = i, .loss = loss}).empty() ? 0 : 1;
  }
  EXPECT_EQ(told, 1);
}

TEST(DivergenceAlarm, BeforeThereIsATrendStillNamesTheOption) {
  const DivergenceAlarm alarm(TrainOptions{});
  EXPECT_TRUE(alarm.diagnosis(3).starts_with("meta_step is 3, and above 1"));
  EXPECT_TRUE(alarm.diagnosis(1).starts_with("meta_step is at most 1, so it is the inner steps"));
}

}  // namespace
}  // namespace anole
