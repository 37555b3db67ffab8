// Every engine against the reference in double, on one list of networks.

#include <gtest/gtest.h>

#include <cmath>

#include "anole/make_learner.h"
#include "anole/reference/reference_learner.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/compare.h"
#include "tests/engines/engines_of_plans.h"

namespace anole::cases {
namespace {

using Parameter = std::tuple<Engine, Case>;

std::string name_of(const testing::TestParamInfo<Parameter>& info) {
  return std::string(enum_name(std::get<0>(info.param))) + "_" + std::get<1>(info.param).name;
}

// An engine, its judge, and the data of one case.
class EngineTest : public testing::TestWithParam<Parameter> {
 protected:
  void prepare(Trial trial) {
    trial_ = std::move(trial);
    judge_ = make_double_reference_learner(test().spec);
    engine_ = make_learner(test().spec, std::get<0>(GetParam()));
    layout_ = layout(test().spec);
  }
  const Case& test() const { return std::get<1>(GetParam()); }
  const Examples& examples() const { return trial_.task.support; }

  // A state with v in [0.005, 0.015) and t = 500: sqrt(v) is about 0.1, above most gradients, so
  // that a step is nearly linear in the gradient and does not enlarge its rounding.
  TaskState warm_state() const {
    TaskState state;
    state.meta.params = trial_.params;
    Rng rng(1, Stream::kTrainTask, 1);
    for (std::size_t i = 0; i < trial_.params.size(); ++i) {
      state.meta.second_moment.push_back(rng.uniform(0.005f, 0.015f));
    }
    state.meta.adam_steps = 500;
    state.meta.moment_rows = moment_rows_;
    return state;
  }
  TaskState cold_state() const {
    TaskState state;
    state.meta.params = trial_.params;
    return state;
  }
  // `steps` batches of all rows but one (of all, if there is only one), each in another order.
  Batches batches(int steps) const {
    const auto rows = static_cast<std::int32_t>(examples().count);
    return schedule(Rng(1, Stream::kTrainBatches), rows,
                    {.batch = std::max(1, rows - 1), .steps = steps});
  }

  // Elementwise, relative to the tensor's greatest element; gradients that cancel to nearly nothing
  // keep the rounding of the rest, taken as a tenth of it.
  void expect_gradients_agree(std::span<const float> found, std::span<const float> expected) const {
    const double floor = 0.1 * greatest(expected);
    for (const auto& tensor : layout_.tensors) {
      const auto want = of(tensor, expected);
      EXPECT_LE(distance(of(tensor, found), want), trial_.rounding * (greatest(want) + floor))
          << tensor.name;
    }
  }

  // Two Adam steps from warm_state: moves, second moments, loss and the logits they lead to, by
  // norms. Moves are as exact as gradients; params round twice a step, for decay and move.
  void expect_adam_agrees(const InnerOptions& options, double bound) {
    const auto found = adapted(*engine_, warm_state(), examples(), batches(2), options);
    const auto expected = adapted(*judge_, warm_state(), examples(), batches(2), options);
    EXPECT_EQ(found.meta.adam_steps, expected.meta.adam_steps);
    EXPECT_NEAR(found.loss, expected.loss, bound * (1 + expected.loss));
    const auto moved = difference(found.meta.params, trial_.params);
    const auto want_moved = difference(expected.meta.params, trial_.params);
    for (const auto& tensor : layout_.tensors) {
      const auto want = of(tensor, want_moved);
      const double floor = 0.1 * greatest(want_moved) * std::sqrt(static_cast<double>(tensor.size));
      EXPECT_LE(norm(difference(of(tensor, moved), want)),
                bound * (norm(want) + floor) + 2 * 2 * 0x1p-24 * norm(of(tensor, trial_.params)))
          << tensor.name;
      const auto v = of(tensor, expected.meta.second_moment);
      EXPECT_LE(norm(difference(of(tensor, found.meta.second_moment), v)), bound * norm(v))
          << tensor.name;
    }
    const auto logits = engine_->predict(found.meta.params, examples(), {});
    const auto want = judge_->predict(expected.meta.params, examples(), {});
    EXPECT_LE(distance(logits, want), bound * greatest(want));
  }

  // Three steps at once equal one and then two, bit for bit, whatever the engine did in between.
  void expect_composes(const TaskState& start, const InnerOptions& options) {
    const auto all = batches(3);
    const auto whole = adapted(*engine_, start, examples(), all, options);
    auto part = adapted(*engine_, start, examples(), slice(all, 0, 1), options);
    (void)engine_->predict(part.meta.params, examples(),
                           {.mode = NormMode::kSupport, .support = examples()});
    part = adapted(*engine_, std::move(part), examples(), slice(all, 1, 3), options);
    EXPECT_EQ(part.meta, whole.meta);
    EXPECT_EQ(part.first_moment, whole.first_moment);
    EXPECT_EQ(part.task_steps, whole.task_steps);
    EXPECT_EQ(part.loss, whole.loss);
  }

  // A start read from the meta-state in place is begin_task's, bit for bit, whatever the spare
  // memory holds.
  void expect_starts_alike(const MetaState& meta, const InnerOptions& options) {
    const MetaState spare{
        .params = {7}, .second_moment = std::vector<float>(5, 7), .adam_steps = 7};
    const auto found =
        adapted(*engine_, begin_task(meta, options, spare), examples(), batches(2), options);
    const auto expected = adapted(*engine_, settled(begin_task(meta, options), options), examples(),
                                  batches(2), options);
    EXPECT_EQ(found.meta, expected.meta);
    EXPECT_EQ(found.first_moment, expected.first_moment);
    EXPECT_EQ(found.task_steps, expected.task_steps);
    EXPECT_EQ(found.loss, expected.loss);
    const auto unmoved =
        adapted(*engine_, begin_task(meta, options, spare), examples(), {}, options);
    EXPECT_TRUE(std::ranges::equal(unmoved.params(), meta.params));
  }

  std::int32_t moment_rows_ = 0;  // of warm_state
  Trial trial_;
  ModelLayout layout_;
  std::unique_ptr<Learner> judge_, engine_;
};

// ---- every layer, elementwise

class LayerTest : public EngineTest {
 protected:
  void SetUp() override { prepare(trial_clear_of_flips(test())); }

  void expect_sgd_agrees(const InnerOptions& options) {
    const auto found = adapted(*engine_, cold_state(), examples(), batches(3), options);
    const auto expected = adapted(*judge_, cold_state(), examples(), batches(3), options);
    EXPECT_EQ(found.task_steps, 3);
    EXPECT_NEAR(found.loss, expected.loss, trial_.rounding * (1 + expected.loss));
    EXPECT_TRUE(found.meta.second_moment.empty());
    EXPECT_EQ(found.meta.adam_steps, 0);
    // The moves differ by the gradients' rounding; params round once for decay and once for the
    // move.
    const auto moved = difference(expected.meta.params, trial_.params);
    for (const auto& tensor : layout_.tensors) {
      const auto want = of(tensor, expected.meta.params);
      EXPECT_LE(distance(of(tensor, found.meta.params), want),
                trial_.rounding * (greatest(of(tensor, moved)) + 0.1 * greatest(moved)) +
                    3 * 2 * 0x1p-24 * greatest(want))
          << tensor.name;
    }
  }
};

TEST_P(LayerTest, OutputsAgree) {
  const auto found = engine_->predict(trial_.params, examples(), {});
  const auto expected = judge_->predict(trial_.params, examples(), {});
  EXPECT_LE(distance(found, expected), trial_.rounding * greatest(expected));
}

TEST_P(LayerTest, LossAndGradientAgree) {
  const auto found = engine_->gradient(trial_.params, examples());
  const auto expected = judge_->gradient(trial_.params, examples());
  EXPECT_NEAR(found.loss, expected.loss, trial_.rounding * (1 + expected.loss));
  expect_gradients_agree(found.gradient, expected.gradient);
}

TEST_P(LayerTest, OutputsAgreeInEveryNormMode) {
  const auto queries = examples_of(test().spec, 3, 99);
  for (const auto norm : {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
    const auto found =
        engine_->predict(trial_.params, queries.support, {.mode = norm, .support = examples()});
    const auto expected =
        judge_->predict(trial_.params, queries.support, {.mode = norm, .support = examples()});
    EXPECT_LE(distance(found, expected), trial_.rounding * greatest(expected)) << enum_name(norm);
  }
}

// Without clipping, and with gradients cut to about half their length.
TEST_P(LayerTest, SgdStepsAgree) {
  InnerOptions options{.optimizer = Optimizer::kSgd, .lr = 0.01, .weight_decay = 0.001};
  expect_sgd_agrees(options);
  options.clip_norm = 0.5 * norm(judge_->gradient(trial_.params, examples()).gradient);
  expect_sgd_agrees(options);
}

TEST_P(LayerTest, AdaptComposesAndRepeatsBitForBit) {
  expect_composes(warm_state(), {.beta1 = 0.9});
  expect_composes(cold_state(), {.optimizer = Optimizer::kSgd});
}

TEST_P(LayerTest, StartsFromTheMetaStateInPlace) {
  const auto warm = warm_state().meta, cold = cold_state().meta;
  expect_starts_alike(warm, {});
  expect_starts_alike(cold, {.beta1 = 0.9});
  expect_starts_alike(warm, {.optimizer_state = OptimizerState::kReset});
  expect_starts_alike(warm, {.optimizer_state = OptimizerState::kFrozen});
  expect_starts_alike(warm, {.optimizer = Optimizer::kSgd});
}

// Adam with a first moment, with a stored v that stays or is of batches of another size, and with
// every option away from its default.
TEST_P(LayerTest, AdamVariantsAgree) {
  for (const auto& options : {InnerOptions{}, InnerOptions{.beta1 = 0.9},
                              InnerOptions{.optimizer_state = OptimizerState::kFrozen},
                              InnerOptions{.loss_reduction = LossReduction::kMean},
                              InnerOptions{.beta1 = 0.5,
                              .beta2 = 0.9,
                              .eps = 0.1,
                              .weight_decay = 0.001,
                              .label_smoothing = 0.2}}) {
    expect_adam_agrees(options, trial_.rounding);
  }
  for (const std::int32_t rows : {7, 30}) {
    moment_rows_ = rows;
    expect_adam_agrees({}, trial_.rounding);
    expect_adam_agrees({.beta1 = 0.9}, trial_.rounding);
  }
}

// ---- the zoo, by norms

class ZooTest : public EngineTest {
 protected:
  void SetUp() override { prepare(trial_of(test())); }

  double bound() const { return trial_.rounding + trial_.flips; }
};

TEST_P(ZooTest, LossAndGradientAgree) {
  const auto found = engine_->gradient(trial_.params, examples());
  const auto expected = judge_->gradient(trial_.params, examples());
  EXPECT_NEAR(found.loss, expected.loss, trial_.rounding * (1 + expected.loss));
  for (const auto& tensor : layout_.tensors) {
    const auto want = of(tensor, expected.gradient);
    EXPECT_LE(norm(difference(of(tensor, found.gradient), want)), bound() * norm(want))
        << tensor.name;
  }
}

TEST_P(ZooTest, OutputsAgreeInEveryNormMode) {
  const auto queries = examples_of(test().spec, 3, 99);
  for (const auto mode : {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
    const auto found =
        engine_->predict(trial_.params, queries.support, {.mode = mode, .support = examples()});
    const auto expected =
        judge_->predict(trial_.params, queries.support, {.mode = mode, .support = examples()});
    EXPECT_LE(distance(found, expected), trial_.rounding * greatest(expected)) << enum_name(mode);
  }
}

TEST_P(ZooTest, AdamTrajectoriesAgree) { expect_adam_agrees({}, bound()); }

TEST_P(ZooTest, AdaptComposesAndRepeatsBitForBit) { expect_composes(warm_state(), {}); }

INSTANTIATE_TEST_SUITE_P(Layers, LayerTest,
                         testing::Combine(testing::ValuesIn(built_engines()),
                                          testing::ValuesIn(layer_cases())),
                         name_of);
INSTANTIATE_TEST_SUITE_P(SmallImages, ZooTest,
                         testing::Combine(testing::ValuesIn(built_engines()),
                                          testing::ValuesIn(small_zoo_cases())),
                         name_of);
// At full size the reference in float need not be held against itself in double.
INSTANTIATE_TEST_SUITE_P(FullSize, ZooTest,
                         testing::Combine(testing::ValuesIn(engines_of_plans()),
                                          testing::ValuesIn(zoo_cases())),
                         name_of);

}  // namespace
}  // namespace anole::cases
