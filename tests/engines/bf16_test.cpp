// precision = bf16: the fused engine's products of bfloat16 against the reference in double.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/parallel.h"
#include "anole/fused/plan.h"
#include "anole/make_learner.h"
#include "anole/reference/reference_learner.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/compare.h"

namespace anole::cases {
namespace {

constexpr InnerOptions kSgd{.optimizer = Optimizer::kSgd, .lr = 1, .precision = Precision::kBf16};
constexpr InnerOptions kAdam{.precision = Precision::kBf16};

Layer conv(std::string name, int out, int kernel, int stride, Padding padding = Padding::kSame) {
  return {.kind = LayerKind::kConv2d,
          .name = std::move(name),
          .out = out,
          .kernel = kernel,
          .stride = stride,
          .padding = padding};
}
Layer named(LayerKind kind, std::string name) { return {.kind = kind, .name = std::move(name)}; }
Layer linear(std::string name, int out) {
  return {.kind = LayerKind::kLinear, .name = std::move(name), .out = out};
}

Case case_of(std::string name, Shape input, int batch, std::vector<Layer> body) {
  body.push_back(named(LayerKind::kFlatten, "flatten"));
  body.push_back(linear("head", 4));
  return {.name = name,
          .spec = {.name = name,
                   .input = input,
                   .init = InitScheme::kFanIn,
                   .loss = Loss::kCrossEntropy,
                   .layers = std::move(body)},
          .batch = batch};
}

// One product of bfloat16 between the input and a head in float32; every number of channels that is
// whole or half a block or panel, or not; batches of one tile, of two that meet, of odd rows, and
// beyond what a tile's words hold.
std::vector<Case> product_cases() {
  const auto add = [](std::string name, int in, int out, int batch, int kernel, int stride,
                      Padding padding = Padding::kSame) {
    return case_of(std::move(name), {.channels = in, .height = 7, .width = 5}, batch,
                   {conv("conv", out, kernel, stride, padding)});
  };
  return {add("channels_32_to_32", 32, 32, 10, 3, 1),
          add("channels_64_to_64_stride_2", 64, 64, 10, 3, 2),
          add("channels_17_to_33", 17, 33, 1, 3, 1),
          add("channels_48_to_40_stride_2", 48, 40, 2, 3, 2),
          add("channels_33_to_80_stride_3", 33, 80, 3, 5, 3),
          add("batch_5_kernel_2", 32, 64, 5, 2, 2),
          add("batch_16_kernel_1", 64, 32, 16, 1, 1),
          add("batch_17", 32, 48, 17, 3, 2),
          add("batch_25", 32, 32, 25, 3, 1, Padding::kValid),
          add("batch_33", 32, 32, 33, 3, 2),
          add("batch_67_valid", 40, 32, 67, 3, 2, Padding::kValid),
          case_of("linear", {.channels = 70}, 10, {linear("linear", 40)}),
          case_of("linear_of_an_image", {.channels = 32, .height = 3, .width = 2}, 7,
                  {named(LayerKind::kFlatten, "first"), linear("linear", 33)})};
}

// Several such layers, without ReLU or max-pool, which may decide otherwise.
std::vector<Case> network_cases() {
  const Layer norm = named(LayerKind::kBatchNorm, "norm"), tanh = named(LayerKind::kTanh, "tanh"),
              norm2 = named(LayerKind::kBatchNorm, "norm2"),
              tanh2 = named(LayerKind::kTanh, "tanh2");
  return {case_of("raw_stem", {.channels = 3, .height = 9, .width = 8}, 10,
                  {conv("stem", 33, 3, 1), tanh, conv("conv", 40, 3, 2), norm, tanh2}),
          case_of("strides_of_one", {.channels = 32, .height = 5, .width = 4}, 17,
                  {conv("conv1", 48, 3, 1), norm, tanh, conv("conv2", 32, 3, 1), norm2, tanh2}),
          case_of("strides_of_two", {.channels = 1, .height = 17, .width = 15}, 6,
                  {conv("stem", 64, 3, 2), norm, conv("conv", 64, 3, 2), norm2}),
          case_of("linear_layers", {.channels = 40}, 25,
                  {linear("linear1", 64), norm, tanh, linear("linear2", 33), tanh2})};
}

float rounded(float value) {  // to bfloat16, to nearest even
  auto bits = std::bit_cast<std::uint32_t>(value);
  bits += 0x7fff + ((bits >> 16) & 1);
  return std::bit_cast<float>(bits & 0xffff0000);
}

class Bf16Test : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (bf16_isa() == Bf16Isa::kNone) GTEST_SKIP() << no_bf16_reason();
    trial_ = trial_of(GetParam());
    judge_ = make_double_reference_learner(GetParam().spec);
    engine_ = make_learner(GetParam().spec);
    layout_ = layout(GetParam().spec);
  }

  const Examples& examples() const { return trial_.task.support; }
  TaskState start() const {
    TaskState state;
    state.meta.params = trial_.params;
    return state;
  }
  // With a second moment above most gradients, so that steps are nearly linear in them.
  TaskState warm_start() const {
    auto state = start();
    state.meta.second_moment.assign(trial_.params.size(), 0.01f);
    state.meta.adam_steps = 500;
    return state;
  }
  Batches batches(int steps) const {
    Batches all{.batch = static_cast<int>(examples().count), .rows = {}};
    for (int i = 0; i < steps * all.batch; ++i) all.rows.push_back(i % all.batch);
    return all;
  }

  void expect_tensors_agree(std::span<const float> found, std::span<const float> expected,
                            std::span<const float> floors) const {
    for (const auto& tensor : layout_.tensors) {
      const auto want = of(tensor, expected);
      const double floor = 0.1 * greatest(expected) * std::sqrt(static_cast<double>(tensor.size));
      EXPECT_LE(norm(difference(of(tensor, found), want)),
                trial_.bf16 * (norm(want) + floor) + 4 * 0x1p-24 * norm(of(tensor, floors)))
          << tensor.name;
    }
  }

  Trial trial_;
  ModelLayout layout_;
  std::unique_ptr<Learner> judge_, engine_;
};

class Bf16ProductTest : public Bf16Test {};

// Operands that bfloat16 holds exactly leave float32 sums, to its rounding.
TEST_P(Bf16ProductTest, AddsProductsInFloat32) {
  for (float& value : trial_.task.rows) value = rounded(value);
  for (float& value : trial_.params) value = rounded(value);
  fused::Plan plan(GetParam().spec, GetParam().batch, PlanKind::kTrainBf16);
  plan.load(ParamArray::kParams, trial_.params);
  const auto size = GetParam().spec.input.size();
  for (std::size_t row = 0; row < static_cast<std::size_t>(GetParam().batch); ++row) {
    const float* const pixels = examples().rows.data() + row * size;
    plan.set_rows(static_cast<int>(row), {&pixels, 1});
  }
  plan.forward();
  const auto expected = judge_->predict(trial_.params, examples(), {});
  EXPECT_LE(distance(plan.output(), expected), trial_.rounding * greatest(expected));
}

TEST_P(Bf16Test, LossAndGradientAgree) {
  const auto expected = judge_->gradient(trial_.params, examples());
  const auto found = adapted(*engine_, start(), examples(), batches(1), kSgd);
  EXPECT_NEAR(found.loss, expected.loss, trial_.bf16 * (1 + expected.loss));
  expect_tensors_agree(difference(trial_.params, found.meta.params), expected.gradient,
                       trial_.params);
}

TEST_P(Bf16Test, RoundsSomething) {
  auto exact = kSgd;
  exact.precision = Precision::kFp32;
  EXPECT_NE(adapted(*engine_, start(), examples(), batches(1), kSgd).meta.params,
            adapted(*engine_, start(), examples(), batches(1), exact).meta.params);
}

TEST_P(Bf16Test, AdamStepsAgree) {
  auto exact = kAdam;
  exact.precision = Precision::kFp32;
  const auto found = adapted(*engine_, warm_start(), examples(), batches(2), kAdam);
  const auto expected = adapted(*judge_, warm_start(), examples(), batches(2), exact);
  expect_tensors_agree(difference(found.meta.params, trial_.params),
                       difference(expected.meta.params, trial_.params), trial_.params);
  EXPECT_LE(norm(difference(found.meta.second_moment, expected.meta.second_moment)),
            trial_.bf16 * norm(expected.meta.second_moment));
}

TEST_P(Bf16Test, ComposesAndRepeatsBitForBitOnEveryThread) {
  const auto whole = adapted(*engine_, warm_start(), examples(), batches(3), kAdam);
  auto part = adapted(*engine_, warm_start(), examples(), batches(1), kAdam);
  (void)engine_->predict(part.meta.params, examples(),
                         {.mode = NormMode::kSupport, .support = examples()});
  part = adapted(*engine_, std::move(part), examples(), batches(2), kAdam);
  EXPECT_EQ(part.meta, whole.meta);
  WorkerPool pool(2);
  pool.run(2, [&](int, std::int64_t) {
    const auto other = make_learner(GetParam().spec);
    EXPECT_EQ(adapted(*other, warm_start(), examples(), batches(3), kAdam).meta, whole.meta);
  });
}

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Products, Bf16ProductTest, testing::ValuesIn(product_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Products, Bf16Test, testing::ValuesIn(product_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Networks, Bf16Test, testing::ValuesIn(network_cases()), name_of);

TEST(Bf16, OmniglotLearnsItsSupportRowsByHeart) {
  if (bf16_isa() == Bf16Isa::kNone) GTEST_SKIP() << no_bf16_reason();
  const auto network = zoo_cases()[0];
  const auto learner = make_learner(network.spec);
  const auto task = examples_of(network.spec, 10, 1);
  TaskState state;
  state.meta.params = learner->init(Rng(1, Stream::kInit));
  Batches batches{.batch = 10, .rows = {}};
  for (int i = 0; i < 10 * 50; ++i) batches.rows.push_back(i % 10);
  EXPECT_LT(adapted(*learner, std::move(state), task.support, batches, kAdam).loss, 0.05);
}

// The promise of equal bits holds for one of these names.
TEST(Bf16, TheKernelsNameSaysWhichInstructions) {
  if (bf16_isa() == Bf16Isa::kNone) GTEST_SKIP() << no_bf16_reason();
  const auto learner = make_learner(zoo_cases()[0].spec);
  EXPECT_EQ(learner->kernel_version(Precision::kBf16),
            fmt::format("{}, bf16 {}", learner->kernel_version(Precision::kFp32),
                        bf16_isa() == Bf16Isa::kAmx ? "amx" : "avx512_bf16"));
}

std::string refusal(Learner& learner) {
  const auto task = examples_of(small_zoo_cases()[0].spec, 1, 1);
  TaskState state;
  state.meta.params = learner.init(Rng(1, Stream::kInit));
  try {
    adapted(learner, std::move(state), task.support, {.batch = 1, .rows = {0}}, kAdam);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Bf16, OtherEnginesRefuseIt) {
  for (const auto engine : built_engines()) {
    if (engine == Engine::kFused) continue;
    const auto learner = make_learner(small_zoo_cases()[0].spec, engine);
    EXPECT_EQ(refusal(*learner),
              fmt::format("precision is bf16, but the engine is {}, which computes in fp32 alone; "
                          "leave precision out or set it to fp32, or use engine fused",
                          enum_name(engine)));
  }
}

TEST(Bf16, RefusedWithoutTheInstructions) {
  if (bf16_isa() != Bf16Isa::kNone) GTEST_SKIP() << "this CPU has them";
  const auto learner = make_learner(small_zoo_cases()[0].spec);
  EXPECT_EQ(refusal(*learner),
            fmt::format("precision is bf16, but {}; set precision to fp32, or use a CPU that has "
                        "one of AMX-BF16 and AVX512-BF16, with ANOLE_ISA unset",
                        no_bf16_reason()));
}

}  // namespace
}  // namespace anole::cases
