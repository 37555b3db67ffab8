#include "bench/operation_flops.h"

#include <gtest/gtest.h>

#include "anole/core/isa.h"
#include "anole/fused/plan.h"
#include "anole/models/flops.h"
#include "anole/models/zoo.h"

namespace anole::bench {
namespace {

ModelSpec network(const char* name, Shape input) {
  return make_model({.model = name}, input, 5, Loss::kCrossEntropy);
}

TEST(OperationFlops, AreThoseOfTheLayer) {
  const auto spec = network("omniglot_conv4", {1, 28, 28});
  // 2 x 49 pixels x 64 channels x 9 taps x 64 channels
  EXPECT_EQ(operation_flops(spec, 1, "conv2 forward, statistics"), 3'612'672);
  EXPECT_EQ(operation_flops(spec, 10, "conv2 gradient by weights"), 36'126'720);
  EXPECT_EQ(operation_flops(spec, 10, "conv2 gradient by input"), 36'126'720);
  EXPECT_EQ(operation_flops(spec, 10, "conv2 gradient by input in bf16"), 36'126'720);
  EXPECT_EQ(operation_flops(spec, 1, "linear forward"), 2 * 256 * 5);
}

TEST(OperationFlops, AreZeroWhereNothingIsMultiplied) {
  const auto spec = network("omniglot_conv4", {1, 28, 28});
  EXPECT_EQ(operation_flops(spec, 10, "norm2 forward, ReLU"), 0);
  EXPECT_EQ(operation_flops(spec, 10, "conv2 transposed weights"), 0);
  EXPECT_EQ(operation_flops(spec, 10, "conv2 gradient in bf16"), 0);
  EXPECT_EQ(operation_flops(spec, 10, "output rows"), 0);
}

// 2 x 7056 pixels x 32 channels x 9 taps x 3 channels
TEST(OperationFlops, OfANormThatMakesTheGradientByWeightsAreThoseOfTheLayerBefore) {
  const auto spec = network("miniimagenet_conv4", {3, 84, 84});
  EXPECT_EQ(operation_flops(spec, 1, "norm1 backward, max-pool, into gradient by weights"),
            12'192'768);
}

std::int64_t flops_of_operations(const ModelSpec& spec, PlanKind kind) {
  const fused::Plan plan(spec, 10, kind);
  std::int64_t sum = 0;
  for (const auto& part : {plan.forward_operations(), plan.backward_operations()}) {
    for (const auto& operation : part) sum += operation_flops(spec, 10, operation.name);
  }
  return sum;
}

TEST(OperationFlops, OfAllOperationsOfAPlanAreThoseOfAnInnerStep) {
  for (const auto& spec :
       {network("omniglot_conv4", {1, 28, 28}), network("miniimagenet_conv4", {3, 20, 20}),
        network("conv4_fc", {1, 20, 20}), network("mlp", {1, 1, 8})}) {
    EXPECT_EQ(flops_of_operations(spec, PlanKind::kTrain), inner_step_flops(spec, 10)) << spec.name;
    if (bf16_isa() == Bf16Isa::kNone) continue;
    EXPECT_EQ(flops_of_operations(spec, PlanKind::kTrainBf16), inner_step_flops(spec, 10))
        << spec.name;
  }
}

}  // namespace
}  // namespace anole::bench
