// Reptile on quadratics whose every number is known; docs/theory.md tells the same in words.

#include <gtest/gtest.h>

#include <cmath>

#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/train/alarm.h"
#include "tests/adapt/quadratic.h"

namespace anole {
namespace {

using toy::Bowl;

const std::vector<Bowl> kBowls{{{1, 0}, 1}, {{-1, 2}, 0.5f}, {{0, -4}, 2}};

struct Setting {
  double lr = 0.2;
  int steps = 3;
  double start = 0.5, final = 0.5;  // epsilon
  std::int64_t iterations = 200;
  bool all = true;  // every task in every meta-iteration; false: one at random
};

struct Outcome {
  std::vector<float> params;
  double mean = 0, variance = 0;  // of params[0] over the second half of the iterations
  std::string alarm;              // the first message; empty: silent
  bool finite = true;
};

Outcome reptile(const std::vector<Bowl>& bowls, const Setting& setting,
                std::vector<float> params = {3, 3}) {
  LearnerTeam team([&] { return std::make_unique<toy::BowlLearner>(2); }, 1);
  const auto source = toy::bowl_tasks(bowls, setting.all);
  TrainOptions options;
  options.inner = {.optimizer = Optimizer::kSgd, .lr = setting.lr};
  DivergenceAlarm alarm(options);
  MetaState state{.params = std::move(params)};
  Outcome outcome;
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < setting.iterations; ++i) {
    const MetaBatch which{.iteration = static_cast<std::uint64_t>(i),
                          .count = setting.all ? static_cast<std::uint32_t>(bowls.size()) : 1};
    std::vector<TaskResult> results;
    try {
      results = adapt_all(
          team, state, source, which,
          {.schedule = {.batch = 1, .steps = setting.steps}, .steps = {.inner = options.inner}});
    } catch (const NonFiniteError&) {
      outcome.finite = false;
      break;
    }
    const double step = annealed_step(setting.start, setting.final, i, setting.iterations);
    const double update = meta_step(state, results, step, MomentRule::kKeep);
    double loss = 0;
    for (const auto& result : results) loss += result.loss / static_cast<double>(results.size());
    const auto message =
        alarm.watch({.iteration = i + 1, .meta_step = step, .loss = loss, .update = update});
    if (outcome.alarm.empty()) outcome.alarm = message;
    if (i < setting.iterations / 2) continue;
    sum += double{state.params[0]};
    squares += double{state.params[0]} * double{state.params[0]};
  }
  const double count = static_cast<double>(setting.iterations - setting.iterations / 2);
  outcome.mean = sum / count;
  outcome.variance = squares / count - outcome.mean * outcome.mean;
  outcome.params = state.params;
  return outcome;
}

// a_i = 1 - (1 - lr curvature_i)^k.
double pull_of(const Bowl& bowl, const Setting& setting) {
  return 1 - std::pow(1 - setting.lr * double{bowl.curvature}, setting.steps);
}

double mean_pull(const Setting& setting) {
  double sum = 0;
  for (const auto& bowl : kBowls) sum += pull_of(bowl, setting) / 3;
  return sum;
}

// Where Reptile comes to rest: sum_i a_i centre_i / sum_i a_i.
std::vector<double> rest_of(const std::vector<Bowl>& bowls, const Setting& setting) {
  std::vector<double> rest(2);
  double weights = 0;
  for (const auto& bowl : bowls) weights += pull_of(bowl, setting);
  for (const auto& bowl : bowls) {
    for (std::size_t i = 0; i < 2; ++i) {
      rest[i] += pull_of(bowl, setting) / weights * double{bowl.centre[i]};
    }
  }
  return rest;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& expected,
                 double tolerance) {
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(found[i], expected[i], tolerance);
}

TEST(Convergence, WithAConstantStepGoesToTheMeanOfTheCentresWeightedByTheirPull) {
  const Setting setting;
  const auto found = reptile(kBowls, setting);
  expect_near(found.params, rest_of(kBowls, setting), 1e-5);  // float
  EXPECT_EQ(found.alarm, "");
}

TEST(Convergence, ManyInnerStepsWeighAllTasksAlikeAndFewByCurvature) {
  const Setting many{.steps = 60};
  expect_near(reptile(kBowls, many).params, {0, -2.0 / 3}, 1e-2);  // 0.9^60 from the limit
  const Setting one{.lr = 1e-3, .steps = 1, .start = 1, .final = 1, .iterations = 20000};
  // Joint training's: (1 * (1, 0) + 0.5 * (-1, 2) + 2 * (0, -4)) / 3.5.
  expect_near(reptile(kBowls, one).params, {1 / 7.0, -2}, 1e-3);
}

TEST(Convergence, GoesThereByOneMinusEpsilonTimesTheMeanPullAStep) {
  Setting setting{.iterations = 10};
  const auto rest = rest_of(kBowls, setting);
  const double left = std::pow(1 - 0.5 * mean_pull(setting), 10);
  expect_near(reptile(kBowls, setting).params,
              {rest[0] + left * (3 - rest[0]), rest[1] + left * (3 - rest[1])}, 1e-5);
}

TEST(Convergence, WithOneTaskAtATimeHoversAroundItWithTheExpectedSpread) {
  // Equal curvature: theta <- theta + epsilon a (c - theta), whose variance settles at
  // epsilon a / (2 - epsilon a) Var c; c[0] is 1 or -1, so Var c = 1.
  const std::vector<Bowl> two{{{1, 0}, 1}, {{-1, 0}, 1}};
  const Setting setting{.start = 0.4, .final = 0.4, .iterations = 20000, .all = false};
  const double pull = 0.4 * pull_of(two[0], setting);
  const auto found = reptile(two, setting);
  // 10,000 values whose memory is 2 / pull, some ten: standard errors 0.01, and 5 % of the
  // variance.
  EXPECT_NEAR(found.mean, 0, 0.04);
  EXPECT_NEAR(found.variance, pull / (2 - pull), 0.15 * pull / (2 - pull));
  EXPECT_EQ(found.alarm, "");
}

TEST(Convergence, AnnealingTheStepBringsOneTaskAtATimeToThePoint) {
  const std::vector<Bowl> two{{{1, 0}, 1}, {{-1, 0}, 1}};
  const Setting setting{.start = 0.4, .final = 0, .iterations = 20000, .all = false};
  // epsilon falls by 2e-5 an iteration; the last that still has a say is sqrt(2e-5 / a), some
  // 0.006, whose spread is a standard deviation of 0.04, against 0.33 at a constant 0.4.
  EXPECT_NEAR(reptile(two, setting).params[0], 0, 0.12);
}

TEST(Convergence, AStepBelowTwoOverTheMeanPullConvergesAndOneAboveDivergesAndIsNamed) {
  const double border = 2 / mean_pull({});
  const Setting below{.start = 0.97 * border, .final = 0.97 * border, .iterations = 2000};
  const auto calm = reptile(kBowls, below);
  expect_near(calm.params, rest_of(kBowls, below), 1e-4);
  EXPECT_EQ(calm.alarm, "");

  const Setting above{.start = 1.1 * border, .final = 1.1 * border, .iterations = 2000};
  const auto wild = reptile(kBowls, above);
  EXPECT_FALSE(wild.finite);
  EXPECT_NE(wild.alarm.find("and above 1 it goes past the adapted params"), std::string::npos)
      << wild.alarm;
}

TEST(Convergence, AnInnerStepAboveTwoOverTheCurvatureDivergesAndIsNamed) {
  const Setting setting{.lr = 1.5, .start = 1, .final = 1, .iterations = 2000};  // 1.5 * 2 > 2
  const auto wild = reptile(kBowls, setting);
  EXPECT_FALSE(wild.finite);
  EXPECT_NE(wild.alarm.find("lr 1.5 is too large for these tasks; try 0.15"), std::string::npos)
      << wild.alarm;
}

TEST(Convergence, AnnealingDoesNotSaveAStepThatIsFarTooLarge) {
  const Setting setting{.start = 20, .final = 0, .iterations = 1000};
  const auto wild = reptile(kBowls, setting);
  EXPECT_FALSE(wild.finite);
}

}  // namespace
}  // namespace anole
