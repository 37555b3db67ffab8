#include "anole/eval/evaluate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "tests/adapt/toy.h"

namespace anole {
namespace {

const toy::PointTasks kPoints({.ways = 3, .shots = 2, .queries = 2});
const EvalOptions kTwenty{.tasks = 20, .queries = 2, .eval_batch = 3, .eval_steps = 7};
const std::vector<NormMode> kOneNorm{NormMode::kTransductive};

MetaState zeros(std::size_t size) { return {.params = std::vector<float>(size, 0.0f)}; }

EvalResult evaluate_points(int threads, const EvalPlan& plan) {
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), threads);
  return evaluate(team, zeros(9), kPoints, plan);
}

// Two classes, one query row of class 1 whose single value is `value(index)`.
toy::FunctionTasks one_query(std::function<float(std::uint32_t)> value) {
  return {{.channels = 1}, 2, [=](Stream, std::uint64_t, std::uint32_t index) {
            Task task;
            task.way = 2;
            task.class_names = {"a", "b"};
            task.rows = {-1, 1, value(index)};
            task.labels = {0, 1, 1};
            return toy::with_views(std::move(task), 2, 1, 0);
          }};
}

// logits = (0, x): the toy network that calls positive values class 1.
const MetaState kPositiveIsOne{.params = {0, 1, 0, 0}};

EvalResult evaluate_without_steps(const TaskSource& source, int tasks) {
  LearnerTeam team(toy::linear_learner(1, 2, Loss::kCrossEntropy), 1);
  return evaluate(team, kPositiveIsOne, source,
                  {.options = {.tasks = tasks, .eval_steps = 0}, .norms = kOneNorm});
}

TEST(Evaluate, AccuracyIsInPercentWithThe95PercentIntervalOverTasks) {
  // Tasks 0 and 2 are right, 1 and 3 wrong: mean 50, s = 100 / sqrt(3), 1.96 s / sqrt(4) = 56.58.
  const auto source = one_query([](auto index) { return index % 2 == 0 ? 1.0f : -1.0f; });
  const auto result = evaluate_without_steps(source, 4);
  EXPECT_EQ(result.tasks, 4);
  EXPECT_EQ(result.metric, &kAccuracy);
  EXPECT_DOUBLE_EQ(result.norms[0].after.mean, 50);
  EXPECT_NEAR(result.norms[0].after.ci95, 56.580, 1e-3);
}

TEST(Evaluate, EqualOutputsNameTheFirstClass) {
  const auto source = one_query([](auto) { return 0.0f; });  // logits (0, 0), label 1
  EXPECT_EQ(evaluate_without_steps(source, 3).norms[0].after, (Score{0, 0}));
}

TEST(Evaluate, OneTaskHasNoInterval) {
  const auto source = one_query([](auto) { return 1.0f; });
  EXPECT_EQ(evaluate_without_steps(source, 1).norms[0].after, (Score{100, 0}));
}

TEST(Evaluate, KeepsTheOutputsOfQueryRowsWhereAsked) {
  const auto source = one_query([](auto index) { return static_cast<float>(index); });
  LearnerTeam team(toy::linear_learner(1, 2, Loss::kCrossEntropy), 2);
  EvalPlan plan{.options = {.tasks = 3, .eval_steps = 0}};
  EXPECT_TRUE(evaluate(team, kPositiveIsOne, source, plan).outputs.empty());
  plan.keep_outputs = true;
  const auto outputs = evaluate(team, kPositiveIsOne, source, plan).outputs;
  ASSERT_EQ(outputs.size(), 3u);
  const std::vector<float> logits{0, 2};  // (0, x) of task 2, alike in all three norm modes
  EXPECT_EQ(outputs[2].norms, std::vector(3, logits));
}

TEST(Evaluate, RegressionScoresTheMeanSquaredError) {
  // The network answers 2x; targets are 0 and 1 at x = 1 and 2: errors 2 and 3, mean square 6.5.
  const toy::FunctionTasks source(
      {.channels = 1}, 1,
      [](auto, auto, auto) {
        Task task;
        task.class_names = {"line"};
        task.rows = {0, 1, 2};
        task.targets = {0, 0, 1};
        return toy::with_views(std::move(task), 1, 1, 1);
      },
      AnswerKind::kValue);
  LearnerTeam team(toy::linear_learner(1, 1, Loss::kMeanSquaredError), 1);
  const auto result = evaluate(team, {.params = {2, 0}}, source,
                               {.options = {.tasks = 2, .eval_steps = 0}, .norms = kOneNorm});
  EXPECT_EQ(result.metric, &kSquaredError);
  EXPECT_EQ(result.norms[0].after, (Score{6.5, 0}));
}

TEST(Evaluate, GivesTheSameBitsOnAnyNumberOfWorkers) {
  const EvalPlan plan{.options = kTwenty, .inner = {.lr = 0.05}};
  const auto one = evaluate_points(1, plan);
  EXPECT_EQ(evaluate_points(2, plan), one);
  EXPECT_EQ(evaluate_points(3, plan), one);
}

TEST(Evaluate, AdaptationRaisesAccuracyFromChance) {
  auto options = kTwenty;
  options.tasks = 200;
  const auto scores = evaluate_points(2, {.options = options, .inner = {.lr = 0.2}}).norms[0];
  EXPECT_NEAR(scores.before.mean, 100.0 / 3, 1e-9);  // all ties: one class of three
  EXPECT_GT(scores.after.mean, 90);
}

TEST(Evaluate, APointOfTheCurveIsAnEvaluationWithThatManySteps) {
  const auto curve = evaluate_points(2, {.options = kTwenty, .inner = {.lr = 0.05}}).norms[0].curve;
  ASSERT_EQ(curve.size(), 5u);  // 0, 1, 2, 5, 7
  for (const auto& point : curve) {
    auto options = kTwenty;
    options.eval_steps = point.steps;
    const auto alone = evaluate_points(1, {.options = options, .inner = {.lr = 0.05}});
    EXPECT_EQ(alone.norms[0].after, point.score) << point.steps;
  }
}

TEST(Evaluate, BeforeAndAfterAreTheEndsOfTheCurve) {
  const auto scores = evaluate_points(1, {.options = kTwenty, .inner = {.lr = 0.05}}).norms[0];
  EXPECT_EQ(scores.before, scores.curve.front().score);
  EXPECT_EQ(scores.after, scores.curve.back().score);
}

TEST(Evaluate, AfterOnlyGivesTheSameScoreAndNoCurve) {
  EvalPlan plan{.options = kTwenty, .inner = {.lr = 0.05}};
  const auto whole = evaluate_points(1, plan).norms[0];
  plan.after_only = true;
  const auto after = evaluate_points(1, plan).norms[0];
  EXPECT_EQ(after.after, whole.after);
  EXPECT_TRUE(after.curve.empty());
  EXPECT_EQ(after.before, (Score{0, 0}));
}

// Says it has a batch-norm, counts calls, and answers rightly in `support` mode only.
class CountingLearner final : public Learner {
 public:
  explicit CountingLearner(std::atomic<int>& predictions) : predictions_(predictions) {
    auto spec = toy::linear_spec(1, 2, Loss::kCrossEntropy);
    spec.layers.insert(spec.layers.begin(), Layer{.kind = LayerKind::kBatchNorm, .name = "norm"});
    signature_ = signature_of(spec);
  }
  const Signature& signature() const override { return signature_; }
  std::string_view engine() const override { return "counting"; }
  std::vector<float> init(Rng) const override { return {}; }
  void adapt(TaskState&, const Examples&, const Batches&, const InnerOptions&) override {}
  std::vector<float> statistics(std::span<const float>, const Examples&) override { return {}; }
  LossAndGradient gradient(std::span<const float>, const Examples&) override { return {}; }
  std::vector<float> predict(std::span<const float>, const Examples& rows,
                             const NormRows& norm) override {
    ++predictions_;
    EXPECT_EQ(norm.support.count, 2);
    EXPECT_EQ(rows.count, 1);
    return norm.mode == NormMode::kSupport ? std::vector<float>{0, 1} : std::vector<float>{1, 0};
  }

 private:
  Signature signature_;
  std::atomic<int>& predictions_;
};

TEST(Evaluate, EveryNormModeIsScoredFromOneAdaptation) {
  std::atomic<int> predictions = 0;
  LearnerTeam team([&] { return std::make_unique<CountingLearner>(predictions); }, 1);
  const auto source = one_query([](auto) { return 1.0f; });
  const auto result = evaluate(team, zeros(6), source, {.options = {.tasks = 3, .eval_steps = 2}});
  EXPECT_EQ(result.norms[0].after.mean, 0);    // transductive
  EXPECT_EQ(result.norms[1].after.mean, 0);    // support+1
  EXPECT_EQ(result.norms[2].after.mean, 100);  // support
  EXPECT_EQ(predictions, 3 * 3 * 3);           // tasks, modes, points 0, 1 and 2
}

TEST(Evaluate, ResetIgnoresTheStoredMomentAndCarryUsesIt) {
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), 1);
  const MetaState fresh = zeros(9);
  const MetaState stored{fresh.params, std::vector<float>(9, 100.0f), 1000};  // tiny steps
  EvalPlan plan{.options = kTwenty,
                .inner = {.lr = 0.05, .optimizer_state = OptimizerState::kReset}};
  EXPECT_EQ(evaluate(team, stored, kPoints, plan), evaluate(team, fresh, kPoints, plan));
  plan.inner.optimizer_state = OptimizerState::kCarry;
  EXPECT_NE(evaluate(team, stored, kPoints, plan), evaluate(team, fresh, kPoints, plan));
}

TEST(Evaluate, FrozenWithoutAStoredMomentIsAnError) {
  EXPECT_THROW(evaluate_points(2, {.inner = {.optimizer_state = OptimizerState::kFrozen}}), Error);
}

TEST(Evaluate, ATaskThatDivergesIsNamed) {
  const auto source = one_query([](auto) { return 1.0f; });
  const toy::FunctionTasks broken({.channels = 1}, 2, [&](auto stream, auto iteration, auto index) {
    auto task = source.task(stream, iteration, index);
    if (index >= 2) task.rows[0] = std::numeric_limits<float>::infinity();
    return task;
  });
  LearnerTeam team(toy::linear_learner(1, 2, Loss::kCrossEntropy), 2);
  try {
    evaluate(team, kPositiveIsOne, broken, {.options = {.tasks = 5, .eval_steps = 3}});
    FAIL();
  } catch (const NonFiniteError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("evaluation task 2 (classes: a, b)"))
        << error.what();
  }
}

TEST(Evaluate, TasksOfOtherWaysThanTheNetworksAreAnError) {
  const toy::PointTasks two_ways({.ways = 2, .shots = 1, .queries = 1});
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), 1);
  EXPECT_THROW(evaluate(team, zeros(9), two_ways, {.options = kTwenty}), Error);
}

TEST(Evaluate, ValidationHasTasksOfItsOwn) {
  std::atomic<bool> validation = true;
  const toy::FunctionTasks source({.channels = 2}, 3, [&](auto stream, auto iteration, auto index) {
    EXPECT_EQ(stream, validation ? Stream::kValidationTask : Stream::kEvalTask);
    EXPECT_EQ(iteration, 0u);
    return kPoints.task(stream, iteration, index);
  });
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), 1);
  evaluate(team, zeros(9), source, {.options = kTwenty, .validation = true});
  validation = false;
  evaluate(team, zeros(9), source, {.options = kTwenty});
}

TEST(Evaluate, ProgressReachesTheLastTaskAndChangesNothing) {
  EvalPlan plan{.options = kTwenty, .inner = {.lr = 0.05}};
  const auto silent = evaluate_points(1, plan);
  std::vector<std::int64_t> told;
  plan.progress = [&](std::int64_t done) { told.push_back(done); };
  EXPECT_EQ(evaluate_points(1, plan), silent);
  EXPECT_EQ(told, (std::vector<std::int64_t>{16, 20}));
}

TEST(Evaluate, ALearningRateOfEvaluationTakesThePlaceOfTheOther) {
  auto options = kTwenty;
  const auto plain = evaluate_points(1, {.options = options, .inner = {.lr = 0.05}});
  options.eval_lr = 0.05;
  EXPECT_EQ(evaluate_points(1, {.options = options, .inner = {.lr = 1e-6}}), plain);
  options.eval_lr = 0;
  EXPECT_NE(evaluate_points(1, {.options = options, .inner = {.lr = 1e-6}}), plain);
}

// Two classes of 1 x 3 images, lit on the left and on the right, with noise of the task's own.
const toy::FunctionTasks& pictures() {
  static const toy::FunctionTasks source({.channels = 1, .height = 1, .width = 3}, 2,
                                         [](Stream, std::uint64_t, std::uint32_t index) {
                                           const auto noise = 0.1f * static_cast<float>(index % 7);
                                           Task task;
                                           task.way = 2;
                                           task.class_names = {"left", "right"};
                                           task.rows = {1, noise, 0, 0, noise, 1, 1, 0, 0, 0, 0, 1};
                                           task.labels = {0, 1, 0, 1};
                                           return toy::with_views(std::move(task), 2, 3, 0);
                                         });
  return source;
}

EvalResult evaluate_pictures(int threads, const EvalOptions& options) {
  auto spec = toy::linear_spec(3, 2, Loss::kCrossEntropy);
  spec.layers.insert(spec.layers.begin(), Layer{.kind = LayerKind::kFlatten, .name = "flatten"});
  spec.input = {.channels = 1, .height = 1, .width = 3};
  LearnerTeam team([&] { return std::make_unique<toy::LinearLearner>(spec); }, threads);
  EvalPlan plan{.options = options, .inner = {.lr = 0.05}};
  plan.keep_outputs = true;
  return evaluate(team, zeros(8), pictures(), plan);
}

TEST(Evaluate, ShiftsOfSupportImagesGiveTheSameBitsOnAnyNumberOfWorkers) {
  const EvalOptions still{.tasks = 20, .eval_batch = 2, .eval_steps = 7};
  auto moved = still;
  moved.eval_shift = 1;
  const auto one = evaluate_pictures(1, moved);
  EXPECT_EQ(evaluate_pictures(2, moved), one);
  EXPECT_EQ(evaluate_pictures(3, moved), one);
  EXPECT_NE(one, evaluate_pictures(1, still));
}

TEST(Evaluate, WithoutInnerStepsShiftsChangeNothing) {
  const EvalOptions still{.tasks = 20, .eval_steps = 0};
  auto moved = still;
  moved.eval_shift = 1;
  EXPECT_EQ(evaluate_pictures(1, moved), evaluate_pictures(1, still));
}

TEST(Evaluate, APointOfTheCurveIsAnEvaluationWithThatManyStepsWithShiftsToo) {
  EvalOptions options{.tasks = 20, .eval_batch = 2, .eval_steps = 7, .eval_shift = 1};
  const auto curve = evaluate_pictures(1, options).norms[0].curve;
  for (const auto& point : curve) {
    options.eval_steps = point.steps;
    EXPECT_EQ(evaluate_pictures(1, options).norms[0].after, point.score) << point.steps;
  }
}

TEST(Evaluate, ShiftsOfRowsThatAreNoImagesAreAnError) {
  auto options = kTwenty;
  options.eval_shift = 2;
  try {
    evaluate_points(1, {.options = options});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "eval_shift is 2, but the rows of the data set are no images; leave it out");
  }
}

TEST(CurvePoints, AreOneTwoFiveInEveryDecadeAndTheLast) {
  EXPECT_EQ(curve_points(50), (std::vector{0, 1, 2, 5, 10, 20, 50}));
  EXPECT_EQ(curve_points(7), (std::vector{0, 1, 2, 5, 7}));
  EXPECT_EQ(curve_points(300), (std::vector{0, 1, 2, 5, 10, 20, 50, 100, 200, 300}));
  EXPECT_EQ(curve_points(1), (std::vector{0, 1}));
  EXPECT_EQ(curve_points(0), (std::vector{0}));
}

TEST(Evaluate, TasksWithoutQueryRowsAreAnError) {
  const toy::PointTasks source({.ways = 2, .shots = 1, .queries = 0});
  LearnerTeam team(toy::linear_learner(2, 2, Loss::kCrossEntropy), 1);
  try {
    evaluate(team, {.params = std::vector<float>(6)}, source, {.options = {.tasks = 1}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "evaluate: the tasks have no query rows to score; make their source with queries "
                 "of at least 1");
  }
}

}  // namespace
}  // namespace anole
