#include "anole/models/flops.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "anole/models/zoo.h"

namespace anole {
namespace {

std::int64_t step(const char* name, Shape input, int outputs, int batch) {
  return inner_step_flops(make_model({.model = name}, input, outputs, Loss::kCrossEntropy), batch);
}

TEST(Flops, AConvolutionCountsItsPaddedTaps) {
  const ModelSpec spec{.name = "one",
                       .input = {.channels = 3, .height = 5, .width = 5},
                       .layers = {{.kind = LayerKind::kConv2d, .name = "conv", .out = 4},
                                  {.kind = LayerKind::kFlatten, .name = "flatten"},
                                  {.kind = LayerKind::kLinear, .name = "linear", .out = 2}}};
  const auto flops = layer_flops(spec);
  EXPECT_EQ(flops[0].forward, 2 * (4 * 5 * 5) * 9 * 3);
  EXPECT_EQ(flops[1].forward, 0);
  EXPECT_EQ(flops[2].forward, 2 * 100 * 2);
}

TEST(Flops, TheFirstLayersInputGradientIsNotComputed) {
  const auto spec = make_model({.model = "sine_mlp"}, {.channels = 1}, 1, Loss::kMeanSquaredError);
  const auto flops = layer_flops(spec);  // flatten, linear 1 -> 64, tanh, linear 64 -> 64, …
  EXPECT_EQ(flops[1].backward_data, 0);
  EXPECT_EQ(flops[1].backward_weights, 2 * 64);
  EXPECT_EQ(flops[3].backward_data, 2 * 64 * 64);
  EXPECT_EQ(flops[3].all(), 3 * 2 * 64 * 64);
}

TEST(Flops, AStepOfOmniglotConv4AtBatch10Is157Million) {
  EXPECT_EQ(step("omniglot_conv4", {.channels = 1, .height = 28, .width = 28}, 5, 10), 157'209'600);
}

TEST(Flops, StepsOfTheOtherNetworks) {
  EXPECT_EQ(step("miniimagenet_conv4", {.channels = 3, .height = 84, .width = 84}, 5, 10),
            1'530'385'920);
  EXPECT_EQ(step("conv4_fc", {.channels = 1, .height = 20, .width = 20}, 5, 25),
            25LL * (3 * 45'519'360 - 460'800));
  EXPECT_EQ(step("sine_mlp", {.channels = 1}, 1, 10), 252'160);
}

TEST(Flops, ANetworkThatIsNoneIsRefused) {
  const ModelSpec spec{.name = "none", .input = {.channels = 1}};
  EXPECT_THROW(layer_flops(spec), Error);
}

}  // namespace
}  // namespace anole
