// What every engine refuses, and the edges that it takes. The wording is held by
// tests/adapt/learner_checks_test.cpp.

#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "anole/make_learner.h"
#include "anole/reference/reference_learner.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/compare.h"

namespace anole::cases {
namespace {

class EveryEngine : public testing::TestWithParam<Engine> {
 protected:
  EveryEngine() : case_(small_zoo_cases()[0]) {
    params_ = params_of(case_.spec, 1);
    task_ = examples_of(case_.spec, 4, 1);
    learner_ = make_learner(case_.spec, GetParam());
  }
  TaskState start() const {
    TaskState state;
    state.meta.params = params_;
    return state;
  }

  Case case_;
  std::vector<float> params_;
  Task task_;
  std::unique_ptr<Learner> learner_;
};

class CheckedEngine : public EveryEngine {};

TEST_P(CheckedEngine, RefusesParamsOfAnotherNetwork) {
  params_.pop_back();
  EXPECT_THROW(learner_->gradient(params_, task_.support), Error);
  EXPECT_THROW(learner_->predict(params_, task_.support, {}), Error);
  EXPECT_THROW(adapted(*learner_, start(), task_.support, {.batch = 1, .rows = {0}}), Error);
}

TEST_P(CheckedEngine, RefusesALabelOutsideTheClasses) {
  task_.labels[3] = 5;
  EXPECT_THROW(learner_->gradient(params_, task_.support), Error);
  EXPECT_THROW(adapted(*learner_, start(), task_.support, {.batch = 1, .rows = {0}}), Error);
}

TEST_P(CheckedEngine, RefusesABatchRowOutsideTheSupport) {
  EXPECT_THROW(adapted(*learner_, start(), task_.support, {.batch = 2, .rows = {0, 4}}), Error);
}

TEST_P(CheckedEngine, RefusesRowsOfAnotherSize) {
  task_.support.rows = task_.support.rows.first(10);
  EXPECT_THROW(learner_->gradient(params_, task_.support), Error);
  EXPECT_THROW(learner_->predict(params_, task_.support, {}), Error);
}

TEST_P(CheckedEngine, RefusesSupportStatisticsWithoutSupport) {
  EXPECT_THROW(learner_->predict(params_, task_.support, {.mode = NormMode::kSupport}), Error);
  EXPECT_THROW(learner_->predict(params_, task_.support, {.mode = NormMode::kSupportPlusOne}),
               Error);
}

TEST_P(CheckedEngine, RefusesFrozenMomentsThatWereNeverStored) {
  const InnerOptions frozen{.optimizer_state = OptimizerState::kFrozen};
  EXPECT_THROW(adapted(*learner_, start(), task_.support, {.batch = 1, .rows = {0}}, frozen),
               Error);
}

TEST_P(EveryEngine, PredictsNothingForNoRows) {
  EXPECT_TRUE(learner_->predict(params_, {}, {.mode = NormMode::kSupport, .support = task_.support})
                  .empty());
}

TEST_P(EveryEngine, TakesNoStepForNoBatches) {
  const auto state = adapted(*learner_, start(), task_.support, {});
  EXPECT_EQ(state.meta.params, params_);
  EXPECT_EQ(state.task_steps, 0);
}

TEST_P(EveryEngine, GivesTheSameBitsAfterBatchesOfManySizes) {
  const auto many = examples_of(case_.spec, 24, 2);
  const auto first = learner_->gradient(params_, task_.support).gradient;
  for (int count = 1; count <= 24; ++count) {
    Examples some = many.support;
    some.count = count;
    some.rows = some.rows.first(static_cast<std::size_t>(count) * case_.spec.input.size());
    some.labels = some.labels.first(static_cast<std::size_t>(count));
    (void)learner_->gradient(params_, some);
    (void)learner_->predict(params_, task_.support, {.mode = NormMode::kSupport, .support = some});
  }
  EXPECT_EQ(learner_->gradient(params_, task_.support).gradient, first);
}

// Windows (1 2; 0 0) and (2 1; 0 0) give 3 and 3; the max-pool must pass the gradient to the first.
TEST(EveryEngineOnTies, TheFirstOfEqualNumbersWinsAMaxPool) {
  const ModelSpec spec{
      .name = "tie",
      .input = {.channels = 1, .height = 2, .width = 3},
      .layers = {{.kind = LayerKind::kConv2d,
                  .name = "conv",
                  .out = 1,
                  .kernel = 2,
                  .padding = Padding::kValid,
                  .bias = false},
                 {.kind = LayerKind::kMaxPool, .name = "pool", .kernel = 2, .stride = 2},
                 {.kind = LayerKind::kFlatten, .name = "flatten"},
                 {.kind = LayerKind::kLinear, .name = "head", .out = 2}}};
  const std::vector<float> params{1, 1, 1, 1, 1, -1, 0, 0}, rows{1, 2, 1, 0, 0, 0};
  const std::vector<std::int32_t> labels{1};
  for (const auto engine : built_engines()) {
    const auto found =
        make_learner(spec, engine)
            ->gradient(params, {.rows = rows, .labels = labels, .targets = {}, .count = 1});
    EXPECT_NE(found.gradient[0], 0);
    EXPECT_EQ(found.gradient[1], 2 * found.gradient[0]) << enum_name(engine);
  }
}

ModelSpec one_linear_layer(const Shape& input) {
  return {.name = "linear",
          .input = input,
          .layers = {{.kind = LayerKind::kFlatten, .name = "flatten"},
                     {.kind = LayerKind::kLinear, .name = "head", .out = 2}}};
}

// The index of a tile times 160,000 pixels, or 250,000 rows, passes 2^31. By the formula of
// compare.h sums of so many terms err by less than 4 u sqrt(250,000) = 1.2e-4.
TEST_P(EveryEngine, CountsPixelsAndRowsBeyond32Bits) {
  const auto large = one_linear_layer({.channels = 1, .height = 400, .width = 400});
  const auto many = one_linear_layer({.channels = 1});
  const auto judge = [&](const ModelSpec& spec, int count) {
    const auto params = params_of(spec, 1);
    const auto task = examples_of(spec, count, 1);
    const auto found = make_learner(spec, GetParam())->gradient(params, task.support).gradient;
    const auto expected = make_double_reference_learner(spec)->gradient(params, task.support);
    EXPECT_LE(norm(difference(found, expected.gradient)), 1.2e-4 * norm(expected.gradient));
  };
  judge(large, 2);
  judge(many, 250000);
}

std::string name_of(const testing::TestParamInfo<Engine>& info) {
  return std::string(enum_name(info.param));
}
INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine, testing::ValuesIn(built_engines()), name_of);
INSTANTIATE_TEST_SUITE_P(Engines, CheckedEngine, testing::ValuesIn(built_engines()), name_of);

}  // namespace
}  // namespace anole::cases
