#include "bench/training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "anole/make_learner.h"
#include "anole/train/trainer.h"
#include "bench/few_shot.h"

namespace anole::bench {
namespace {

namespace fs = std::filesystem;

TEST(TrainingLoop, TakesTheTrainersSteps) {
  auto options = training_experiment("sine_mlp").options();
  options.iterations = 4;
  options.meta_batch = 3;
  options.eval_every = 0;
  options.out = fs::path(testing::TempDir()) / "bench_training_loop";
  fs::remove_all(options.out);
  const Experiment experiment(options);
  LearnerTeam team([&] { return make_learner(experiment.spec()); }, 2);
  const auto trained = Trainer({.experiment = experiment, .team = team}).run();

  TrainingLoop loop(experiment, 2, 3);
  for (int i = 0; i < 4; ++i) loop.iterate();
  EXPECT_EQ(loop.state(), trained.state.meta);
  fs::remove_all(options.out);
}

TEST(TrainingCases, AreTheNetworksOfTheZooAndFiveTasksForOmniglot) {
  const auto cases = training_cases("", 8);
  ASSERT_EQ(cases.size(), 4u);
  EXPECT_EQ(cases[0].network, "omniglot_conv4");
  EXPECT_EQ(cases[0].meta_batches, (std::vector{8, 5}));
  EXPECT_EQ(cases[1].network, "miniimagenet_conv4");
  EXPECT_EQ(cases[2].network, "conv4_fc");
  EXPECT_EQ(cases[3].network, "sine_mlp");
  EXPECT_EQ(cases[3].meta_batches, std::vector{8});
}

TEST(TrainingCases, FiveTasksAreNotMeasuredTwice) {
  EXPECT_EQ(training_cases("omniglot_conv4", 5)[0].meta_batches, std::vector{5});
}

TEST(TrainingCases, AnUnknownNetworkIsRefusedWithTheNearest) {
  try {
    training_cases("sine_mpl", 8);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--network: expected one of omniglot_conv4, miniimagenet_conv4, conv4_fc, "
                 "sine_mlp, found 'sine_mpl'; did you mean 'sine_mlp'?");
  }
}

TEST(RequireAgreement, ALossThatIsNotTheReferencesIsAnError) {
  EXPECT_NO_THROW(require_agreement({.network = "sine_mlp", .loss = 20.01, .reference_loss = 20}));
  try {
    require_agreement({.network = "sine_mlp", .loss = 2.5, .reference_loss = 2});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "bench: sine_mlp: the loss after an inner step is 2.5, expected the reference "
                 "engine's 2 within 0.002; do not trust this build, and run its tests with 'make "
                 "test'");
  }
  EXPECT_THROW(require_agreement({.loss = std::nan(""), .reference_loss = 2}), Error);
}

TEST(RequireSameBits, AnotherStateOnAllThreadsIsAnError) {
  EXPECT_NO_THROW(require_same_bits("sine_mlp", {.params = {1, 2}}, {.params = {1, 2}}));
  try {
    require_same_bits("sine_mlp", {.params = {1, 2}}, {.params = {1, 2.0000002f}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "bench: sine_mlp: a meta-iteration on all threads gives other bits than on one; "
                 "do not trust this build, and run its tests with 'make test'");
  }
}

TEST(MeasureTraining, GivesOneThreadAndAllAndTheReferencesLoss) {
  const auto result = measure_training(training_experiment("sine_mlp"), 2,
                                       {.seconds = 1e-3, .repeats = 3, .threads = 2});
  EXPECT_EQ(result.network, "sine_mlp");
  EXPECT_EQ(result.batch, 10);
  EXPECT_EQ(result.step_flops, 252'160);
  ASSERT_EQ(result.speeds.size(), 2u);
  EXPECT_EQ(result.speeds[0].threads, 1);
  EXPECT_EQ(result.speeds[1].threads, 2);
  EXPECT_GT(result.speeds[1].step_us.min, 0);
  EXPECT_GT(result.scaling.min, 0);
  EXPECT_NEAR(result.loss, result.reference_loss, 1e-3);
}

TEST(MeasureAdaptation, KeepsTheFirstOneApart) {
  const auto experiment = training_experiment("sine_mlp");
  const MetaState state{.params = initial_params(experiment.spec(), Rng(0, Stream::kInit))};
  const auto latency = measure_adaptation(experiment, state, 3);
  EXPECT_EQ(latency.adaptations, 3);
  EXPECT_GT(latency.first_ms, 0);
  EXPECT_GT(latency.median_ms, 0);
  EXPECT_GE(latency.p99_ms, latency.median_ms);
}

TEST(MeasureEvaluation, TellsTheErrorThatItsTasksHave) {
  const auto experiment = training_experiment("sine_mlp");
  const MetaState state{.params = initial_params(experiment.spec(), Rng(0, Stream::kInit))};
  const auto speed =
      measure_evaluation(experiment, state, 4, {.seconds = 1e-3, .repeats = 2, .threads = 2});
  EXPECT_EQ(speed.metric, &kSquaredError);
  EXPECT_GT(speed.tasks_per_s.min, 0);
  EXPECT_LT(speed.after, speed.before);  // 32 steps on 10 points help
}

}  // namespace
}  // namespace anole::bench
