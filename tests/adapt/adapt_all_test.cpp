#include "anole/adapt/adapt_all.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/adapt/adapted.h"
#include "tests/adapt/toy.h"

namespace anole {
namespace {

const toy::PointTasks kTasks({.ways = 3, .shots = 4, .queries = 0});
const ScheduleOptions kSchedule{.batch = 3, .steps = 5};
const InnerOptions kInner{.lr = 0.05};
const InnerLoop kLoop{.schedule = kSchedule, .steps = {.inner = kInner}};

MetaState fresh_state() { return {.params = std::vector<float>(9, 0.1f), .second_moment = {}}; }

std::vector<TaskResult> adapt_with(int threads, const MetaBatch& which,
                                   const InnerLoop& loop = kLoop) {
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), threads);
  return adapt_all(team, fresh_state(), kTasks, which, loop);
}

void expect_same(const std::vector<TaskResult>& a, const std::vector<TaskResult>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].adapted, b[i].adapted) << "task " << i;
    EXPECT_EQ(a[i].loss, b[i].loss) << "task " << i;
  }
}

TEST(AdaptAll, GivesTheSameBitsOnAnyNumberOfWorkers) {
  const MetaBatch which{.seed = 3, .iteration = 17, .count = 5};
  const auto one = adapt_with(1, which);
  for (const int threads : {2, 3, 4, 8}) expect_same(adapt_with(threads, which), one);
}

TEST(AdaptAll, WeightedStepsGiveTheSameBitsOnAnyNumberOfWorkers) {
  for (const auto& weights : {std::vector<double>{0, 0, 0, 0, 1}, {1, 1, 2, 2, 0}}) {
    const MetaBatch which{.seed = 3, .iteration = 17, .count = 5};
    auto loop = kLoop;
    loop.steps.weights = weights;
    const auto one = adapt_with(1, which, loop);
    for (const int threads : {2, 3, 4, 8}) expect_same(adapt_with(threads, which, loop), one);
  }
}

TEST(AdaptAll, EqualsOneTaskAfterTheOtherByHand) {
  const MetaBatch which{.seed = 3, .iteration = 17, .first = 2, .count = 3};
  const auto results = adapt_with(2, which);
  toy::LinearLearner learner(toy::linear_spec(2, 3, Loss::kCrossEntropy));
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto task = kTasks.task(Stream::kTrainTask, 17, 2 + i);
    const auto batches = schedule(Rng(3, Stream::kTrainBatches, 17, 2 + i), 12, kSchedule);
    const auto state =
        adapted(learner, begin_task(fresh_state(), kInner), task.support, batches, kInner);
    EXPECT_EQ(results[i].adapted, state.meta);
    EXPECT_EQ(results[i].adapted.adam_steps, 5);
    EXPECT_EQ(results[i].loss, state.loss);
  }
}

TEST(AdaptAll, AnEmptyRangeGivesNoResults) { EXPECT_TRUE(adapt_with(2, {.count = 0}).empty()); }

TEST(RequireFit, SaysWhatDoesNotFit) {
  const auto spec = toy::linear_spec(2, 3, Loss::kCrossEntropy);
  EXPECT_NO_THROW(require_fit(signature_of(spec), kTasks, fresh_state()));
  const auto message = [](const ModelSpec& model, const MetaState& meta) -> std::string {
    try {
      require_fit(signature_of(model), kTasks, meta);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  EXPECT_EQ(message(toy::linear_spec(4, 3, Loss::kCrossEntropy), fresh_state()),
            "model 'toy' takes rows of 4x1x1, but the tasks have rows of 2x1x1");
  EXPECT_TRUE(message(toy::linear_spec(2, 5, Loss::kCrossEntropy), fresh_state())
                  .starts_with("model 'toy' has 5 outputs, but the tasks need 3"));
  EXPECT_EQ(message(spec, {.params = {1, 2}}),
            "the state has 2 parameters, expected the 9 of model 'toy'");
}

// Points, but a row of task 3 and of task 4 of every iteration is not a number.
const toy::FunctionTasks kBrokenTasks({.channels = 2}, 3,
                                      [](auto stream, auto iteration, auto index) {
                                        auto task = kTasks.task(stream, iteration, index);
                                        if (index >= 3)
                                          task.rows[0] = std::numeric_limits<float>::quiet_NaN();
                                        return task;
                                      });

TEST(AdaptAll, ALossThatIsNotANumberNamesIterationTaskAndClasses) {
  for (const int threads : {1, 2, 3}) {
    LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), threads);
    try {
      adapt_all(team, fresh_state(), kBrokenTasks, {.iteration = 17, .count = 5}, kLoop);
      FAIL();
    } catch (const NonFiniteError& error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with("meta-iteration 17, task 3 (classes: ")) << message;
      for (const char* name : {"north", "east", "southwest"}) {
        EXPECT_NE(message.find(name), std::string::npos) << message;
      }
      EXPECT_NE(message.find("try an lr below 0.05"), std::string::npos) << message;
    }
  }
}

TEST(AdaptAll, ParametersThatOverflowAreAnErrorEvenIfTheLossWasFinite) {
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), 1);
  const InnerOptions inner{.optimizer = Optimizer::kSgd, .lr = 1e39};  // infinite as a float
  EXPECT_THROW(adapt_all(team, fresh_state(), kTasks, {},
                         {.schedule = {.batch = 3, .steps = 1}, .steps = {.inner = inner}}),
               NonFiniteError);
}

TEST(AdaptAll, AnErrorOfTheFirstPartOfACutTaskStopsNobody) {
  // Five tasks on two workers cut task 2; its source fails.
  const toy::FunctionTasks source({.channels = 2}, 3, [](auto stream, auto iteration, auto index) {
    if (index == 2) throw Error("no such task");
    return kTasks.task(stream, iteration, index);
  });
  LearnerTeam team(toy::linear_learner(2, 3, Loss::kCrossEntropy), 2);
  EXPECT_THROW(adapt_all(team, fresh_state(), source, {.count = 5}, kLoop), Error);
}

}  // namespace
}  // namespace anole
