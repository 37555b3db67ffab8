// A plan explains its memory: buffers by name and bytes, and who writes them.

#include "anole/fused/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/fused/fused_learner.h"
#include "anole/models/zoo.h"

namespace anole::fused {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// One grey image of 4 x 4 becomes 16 channels and 2 logits.
ModelSpec small_network() {
  return {.name = "small",
          .input = {.channels = 1, .height = 4, .width = 4},
          .layers = {{.kind = LayerKind::kConv2d, .name = "conv", .out = 16, .kernel = 3},
                     {.kind = LayerKind::kBatchNorm, .name = "norm"},
                     {.kind = LayerKind::kRelu, .name = "relu"},
                     {.kind = LayerKind::kFlatten, .name = "flatten"},
                     {.kind = LayerKind::kLinear, .name = "head", .out = 2}}};
}

std::vector<std::pair<std::string, std::size_t>> written_by(const Plan& plan,
                                                            std::string_view name) {
  std::vector<std::pair<std::string, std::size_t>> found;
  for (const auto& part : {plan.forward_operations(), plan.backward_operations()}) {
    for (const auto& operation : part) {
      if (operation.name != name) continue;
      for (const auto index : operation.writes) {
        found.emplace_back(plan.buffers()[index].name, plan.buffers()[index].bytes);
      }
    }
  }
  return found;
}

// With 2 rows, 16 channels and 4 bytes a float: 16 pixels are 2,048 bytes, one is 128.
TEST(Plan, NamesTheBuffersThatAnOperationWrites) {
  const Plan plan(small_network(), 2, PlanKind::kTrain);
  EXPECT_THAT(
      written_by(plan, "conv forward, statistics"),
      ElementsAre(Pair("conv result", 2048), Pair("norm statistics", 128), Pair("conv sums", 64)));
  EXPECT_THAT(written_by(plan, "norm forward, ReLU"),
              ElementsAre(Pair("norm result", 2048), Pair("norm scratch", 256)));
  EXPECT_THAT(written_by(plan, "head forward"), ElementsAre(Pair("head result", 128)));
  EXPECT_THAT(written_by(plan, "head gradient by weights"),
              ElementsAre(Pair("head.weight gradient", 16 * 16 * 16 * 4)));
  EXPECT_THAT(written_by(plan, "norm backward, ReLU"),
              ElementsAre(Pair("shared 3", 2048), Pair("norm.scale gradient", 64),
                          Pair("norm.shift gradient", 64), Pair("norm scratch", 256)));
}

TEST(Plan, BuffersOfGradientsTakeTurns) {
  const Plan plan(make_model({.model = "omniglot_conv4"}, {1, 28, 28}, 5, Loss::kCrossEntropy), 10,
                  PlanKind::kTrain);
  EXPECT_EQ(written_by(plan, "conv4 transposed weights"),
            written_by(plan, "conv2 transposed weights"));
  EXPECT_THAT(written_by(plan, "conv4 transposed weights"),
              ElementsAre(Pair("shared 4", 64 * 9 * 64 * 4)));
}

void expect_buffers_fill_the_arena(const ModelSpec& spec, PlanKind kind) {
  const Plan plan(spec, 3, kind);
  std::size_t sum = 0;
  for (const auto& buffer : plan.buffers()) sum += buffer.bytes;
  EXPECT_EQ(sum, plan.arena_bytes()) << spec.name << ", kind " << static_cast<int>(kind);
}

TEST(Plan, EveryByteOfTheArenaBelongsToOneBuffer) {
  for (const char* const model : {"omniglot_conv4", "miniimagenet_conv4", "conv4_fc", "mlp"}) {
    const auto spec = make_model({.model = model}, {1, 20, 20}, 5, Loss::kCrossEntropy);
    expect_buffers_fill_the_arena(spec, PlanKind::kTrain);
    expect_buffers_fill_the_arena(spec, PlanKind::kPredict);
    expect_buffers_fill_the_arena(spec, PlanKind::kPredictFrozen);
    if (bf16_isa() != Bf16Isa::kNone) expect_buffers_fill_the_arena(spec, PlanKind::kTrainBf16);
  }
}

// 16 x 4 x 4 are 256 numbers a row: 2^23 rows of them are 2^31.
TEST(Plan, RefusesABatchThatItCannotCount) {
  try {
    const Plan plan(small_network(), 1 << 23, PlanKind::kPredict);
    FAIL() << "no Error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "model 'small', layer 'conv': a batch of 8388608 rows of 16x4x4, 256 numbers each "
                 "with padding, is too large; at most 2147483647 numbers are supported; use fewer "
                 "rows at a time");
  }
}

TEST(Plan, DescribesItsMemory) {
  const auto text = describe_fused_plan(small_network(), 2, Precision::kFp32);
  EXPECT_THAT(text, HasSubstr("A batch of 2 by "));
  EXPECT_THAT(text, HasSubstr(" kernels takes 92,544 bytes:\n"));
  EXPECT_THAT(text, HasSubstr("  norm forward, ReLU        norm result            2,048\n"
                              "                            norm scratch             256\n"));
  EXPECT_THAT(text, HasSubstr("  written by the learner    input rows               320\n"
                              "                            output gradient           64\n"));
}

TEST(Plan, DescribesBf16WhereTheCpuHasIt) {
  const auto spec = make_model({.model = "omniglot_conv4"}, {1, 28, 28}, 5, Loss::kCrossEntropy);
  if (bf16_isa() == Bf16Isa::kNone) {
    EXPECT_THROW(describe_fused_plan(spec, 10, Precision::kBf16), Error);
    return;
  }
  EXPECT_THAT(describe_fused_plan(spec, 10, Precision::kBf16), HasSubstr("  conv2 input in bf16 "));
}

}  // namespace
}  // namespace anole::fused
