// Single layers on numbers that can be followed by hand.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "anole/reference/loss.h"
#include "anole/reference/network.h"
#include "anole/reference/pooling.h"

namespace anole::reference {
namespace {

using Values = std::vector<double>;

TEST(Convolve, TakesPaddedTapsAsZero) {
  // [1 2; 3 4] with a 3x3 kernel of ones, padding 1 and stride 1: every window sees all four.
  const Window window{.in = {.channels = 1, .height = 2, .width = 2},
                      .out = {.channels = 1, .height = 2, .width = 2},
                      .kernel = 3,
                      .stride = 1,
                      .pad_top = 1,
                      .pad_left = 1};
  const Values input{1, 2, 3, 4}, weight(9, 1.0), bias{0.5};
  Values output(4);
  convolve<double>(window, {input, weight, bias, output});
  EXPECT_EQ(output, (Values{10.5, 10.5, 10.5, 10.5}));
}

TEST(Convolve, DoesNotMirrorTheKernel) {
  const Window window{
      .in = {.channels = 1, .height = 2, .width = 2}, .out = {.channels = 1}, .kernel = 2};
  const Values input{1, 2, 3, 4}, weight{1000, 100, 10, 1};
  Values output(1);
  convolve<double>(window, {input, weight, {}, output});
  EXPECT_EQ(output, (Values{1234}));
}

TEST(MaxPool, IgnoresPaddingAndLetsTheFirstOfEqualsWin) {
  const Window window{.in = {.channels = 1, .height = 1, .width = 3},
                      .out = {.channels = 1, .height = 1, .width = 2},
                      .kernel = 2,
                      .stride = 2,
                      .pad_top = 1,
                      .pad_left = 1};
  const Values input{-3, -1, -1};
  Values output(2);
  std::vector<std::int64_t> winners(2);
  max_pool<double>(window, input, output, winners);
  EXPECT_EQ(output, (Values{-3, -1}));
  EXPECT_EQ(winners, (std::vector<std::int64_t>{0, 1}));
}

TEST(BatchNorm, DividesTheVarianceByTheNumberOfRowsAndPixels) {
  // Channel 0 of two rows holds 1, 3: mean 2, biased variance 1. Channel 1: 0, 8: mean 4,
  // variance 16.
  const NormSets sets{.shape = {.channels = 2}, .groups = 0, .eps = 9};
  const Values input{1, 0, 3, 8}, scale{1, 10}, shift{0, 1};
  const auto found = statistics_of<double>(sets, input);
  EXPECT_EQ(found.mean, (Values{2, 4}));
  EXPECT_NEAR(found.inverse_deviation[0], 1 / std::sqrt(10.0), 1e-15);
  EXPECT_EQ(found.inverse_deviation[1], 0.2);
  Values output(4);
  normalize<double>(sets, found, {input, scale, shift, output});
  EXPECT_NEAR(output[0], -1 / std::sqrt(10.0), 1e-15);
  EXPECT_EQ(output[1], -7);
  EXPECT_EQ(output[3], 9);
}

TEST(GroupNorm, NormalisesTheGroupsOfARowApart) {
  // Two rows of 4 channels in 2 groups; sets are (1, 3), (2, 6), (5, 5), (0, 2).
  const NormSets sets{.shape = {.channels = 4}, .groups = 2, .eps = 1e-12};
  const auto found = statistics_of<double>(sets, Values{1, 3, 2, 6, 5, 5, 0, 2});
  EXPECT_EQ(found.mean, (Values{2, 4, 5, 1}));
  EXPECT_NEAR(found.inverse_deviation[1], 0.5, 1e-12);
}

TEST(CrossEntropy, OfEqualLogitsIsLogN) {
  const auto value = cross_entropy<double>(Values{7, 7, 7, 7}, std::vector<std::int32_t>{2});
  EXPECT_NEAR(value.loss, std::log(4.0), 1e-15);
  EXPECT_EQ(value.d_outputs, (Values{0.25, 0.25, -0.75, 0.25}));
}

TEST(CrossEntropy, IsTheMeanOverRowsAndDoesNotOverflow) {
  const auto value =
      cross_entropy<double>(Values{1000, 0, 1000, 0}, std::vector<std::int32_t>{0, 1});
  EXPECT_NEAR(value.loss, 500, 1e-12);
  EXPECT_NEAR(value.d_outputs[2], 0.5, 1e-15);
  EXPECT_NEAR(value.d_outputs[3], -0.5, 1e-15);
}

TEST(MeanSquaredError, IsTheMeanOverRowsAndOutputs) {
  const auto value = mean_squared_error<double>(Values{1, 2, 3, 4}, Values{1, 0, 3, 8});
  EXPECT_EQ(value.loss, (4 + 16) / 4.0);
  EXPECT_EQ(value.d_outputs, (Values{0, 1, 0, -2}));
}

TEST(ReferenceNetwork, ABiasThatFeedsABatchNormHasGradientZero) {
  const ModelSpec spec{.name = "net",
                       .input = {.channels = 1, .height = 3, .width = 3},
                       .layers = {{.kind = LayerKind::kConv2d, .name = "conv", .out = 2},
                                  {.kind = LayerKind::kBatchNorm, .name = "norm"},
                                  {.kind = LayerKind::kFlatten, .name = "flatten"},
                                  {.kind = LayerKind::kLinear, .name = "head", .out = 2}}};
  const ReferenceNetwork<double> network(spec);
  const auto start = initial_params(spec, Rng(1, Stream::kInit));
  const Values params(start.begin(), start.end());
  Values rows(18);
  std::iota(rows.begin(), rows.end(), -4.0);
  const auto pass = network.forward(params, rows);
  const auto gradient = network.backward(params, pass, {1, 0, 2, -1});
  EXPECT_EQ(gradient[18], 0);  // conv.bias is at 18 and 19
  EXPECT_EQ(gradient[19], 0);
  EXPECT_NE(gradient[0], 0);
}

// -(0.9 log p_1 + 0.1 (log p_0 + log p_1) / 2) with p = softmax(0, log 3) = (1/4, 3/4), by hand:
// 0.95 log(4/3) + 0.05 log 4 = 0.27330 + 0.06931.
TEST(CrossEntropy, SmoothedLabelsSpreadAShareOfTheTargetEvenly) {
  const Values outputs{0, std::log(3.0)};
  const std::vector<std::int32_t> labels{1};
  const auto value = cross_entropy<double>(outputs, labels, 0.1);
  EXPECT_NEAR(value.loss, 0.95 * std::log(4.0 / 3) + 0.05 * std::log(4.0), 1e-15);
  EXPECT_NEAR(value.d_outputs[0], 0.25 - 0.05, 1e-15);
  EXPECT_NEAR(value.d_outputs[1], 0.75 - 0.95, 1e-15);
}

// The third derivative is below 1, so the error is below h^2 / 6 + 1e-16 / h.
TEST(CrossEntropy, SmoothedGradientsEqualCentralDifferences) {
  const Values outputs{0.3, -1.2, 2.0, 0.1, 0.7, -0.4};
  const std::vector<std::int32_t> labels{2, 0};
  for (const double smoothing : {0.0, 0.1, 1.0}) {
    const auto value = cross_entropy<double>(outputs, labels, smoothing);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      auto above = outputs, below = outputs;
      above[i] += 1e-5;
      below[i] -= 1e-5;
      const double slope = (cross_entropy<double>(above, labels, smoothing).loss -
                            cross_entropy<double>(below, labels, smoothing).loss) /
                           2e-5;
      EXPECT_NEAR(value.d_outputs[i], slope, 1e-10) << smoothing << ", output " << i;
    }
  }
}

}  // namespace
}  // namespace anole::reference
