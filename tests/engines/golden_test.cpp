// Every engine against PyTorch: values made by scripts/make_golden.py.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "anole/core/fields.h"
#include "anole/io/json.h"
#include "anole/make_learner.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/compare.h"

namespace anole::cases {
namespace {

constexpr const char* kFiles[] = {"conv_batch_norm_relu", "conv_same_stride_2", "max_pool_same_odd",
                                  "group_norm", "tanh_regression"};

// Sums in these networks have fewer than 250 terms altogether and their norms enlarge errors less
// than fourfold: 4 u sqrt(250) 4, with u = 2^-24 (the formula of compare.h).
constexpr double kRounding = 1.5e-5;

class GoldenTest : public testing::TestWithParam<std::tuple<Engine, const char*>> {
 protected:
  void SetUp() override {
    const auto [engine, name] = GetParam();
    const auto path = std::string(ANOLE_SOURCE_DIR "/tests/golden/") + name + ".json";
    std::ifstream file(path);
    ASSERT_TRUE(file) << path;
    golden_ = Json::parse(file);
    learner_ = make_learner(model_from_json(golden_["model"].dump()), engine);
    rows_ = numbers("rows");
    params_ = numbers("params");
    const bool regression = learner_->signature().loss == Loss::kMeanSquaredError;
    if (regression) targets_ = numbers("answers");
    if (!regression) labels_ = golden_["answers"].get<std::vector<std::int32_t>>();
  }

  std::vector<float> numbers(std::string_view pointer) const {
    return golden_.at(Json::json_pointer(fmt::format("/{}", pointer))).get<std::vector<float>>();
  }
  std::int64_t count(const std::vector<float>& rows) const {
    return static_cast<std::int64_t>(rows.size() / learner_->signature().input.size());
  }
  Examples examples() const {
    return {.rows = rows_, .labels = labels_, .targets = targets_, .count = count(rows_)};
  }

  Json golden_;
  std::unique_ptr<Learner> learner_;
  std::vector<float> rows_, params_, targets_;
  std::vector<std::int32_t> labels_;
};

TEST_P(GoldenTest, OutputsEqualPyTorchs) {
  const auto expected = numbers("outputs");
  const auto found = learner_->predict(params_, examples(), {});
  EXPECT_LE(distance(found, expected), kRounding * greatest(expected));
}

TEST_P(GoldenTest, LossAndGradientEqualPyTorchs) {
  const auto expected = numbers("gradient");
  const auto found = learner_->gradient(params_, examples());
  EXPECT_NEAR(found.loss, golden_["loss"].get<double>(), kRounding * (1 + found.loss));
  EXPECT_LE(distance(found.gradient, expected), kRounding * greatest(expected));
}

TEST_P(GoldenTest, NormModesEqualPyTorchs) {
  const auto queries = numbers("queries");
  const Examples rows{.rows = queries, .labels = {}, .targets = {}, .count = count(queries)};
  for (const auto norm : {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
    const auto expected = numbers(fmt::format("query_outputs/{}", enum_name(norm)));
    const auto found = learner_->predict(params_, rows, {.mode = norm, .support = examples()});
    EXPECT_LE(distance(found, expected), kRounding * greatest(expected)) << enum_name(norm);
  }
}

// Adam by the authors' formula, from a stored v and t; moves by their norm, as they are nearly
// linear in the gradients from so large a v, and two roundings of the params a step.
TEST_P(GoldenTest, ThreeAdamStepsEqualTheFormulaOnPyTorchsGradients) {
  const auto& adam = golden_["adam"];
  InnerOptions options;
  options.lr = adam["options"]["lr"];
  options.beta1 = adam["options"]["beta1"];
  options.beta2 = adam["options"]["beta2"];
  options.eps = adam["options"]["adam_eps"];
  options.weight_decay = adam["options"]["weight_decay"];
  TaskState state;
  state.meta = {.params = params_,
                .second_moment = numbers("adam/second_moment"),
                .adam_steps = adam["adam_steps"]};
  Batches batches{.batch = static_cast<int>(examples().count), .rows = {}};
  for (int step = 0; step < 3; ++step) {
    for (std::int32_t row = 0; row < batches.batch; ++row) batches.rows.push_back(row);
  }
  const auto found = adapted(*learner_, state, examples(), batches, options);
  EXPECT_EQ(found.meta.adam_steps, 43);
  EXPECT_EQ(found.task_steps, 3);
  EXPECT_NEAR(found.loss, adam["after"]["loss"].get<double>(), kRounding * (1 + found.loss));
  const auto after = numbers("adam/after/params"), moment = numbers("adam/after/second_moment");
  const auto moved = difference(found.meta.params, params_), want = difference(after, params_);
  EXPECT_LE(norm(difference(moved, want)),
            3 * kRounding * norm(want) + 3 * 2 * 0x1p-24 * norm(params_));
  EXPECT_LE(distance(found.meta.second_moment, moment), 3 * kRounding * greatest(moment));
}

std::string name_of(const testing::TestParamInfo<GoldenTest::ParamType>& info) {
  return fmt::format("{}_{}", enum_name(std::get<0>(info.param)), std::get<1>(info.param));
}
INSTANTIATE_TEST_SUITE_P(PyTorch, GoldenTest,
                         testing::Combine(testing::ValuesIn(built_engines()),
                                          testing::ValuesIn(kFiles)),
                         name_of);

}  // namespace
}  // namespace anole::cases
