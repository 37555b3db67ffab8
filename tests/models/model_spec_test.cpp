#include "anole/models/model_spec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/error_of.h"

namespace anole {
namespace {

ModelSpec with_layers(Shape input, std::vector<Layer> layers) {
  return {.name = "net", .input = input, .layers = std::move(layers)};
}

Layer window(LayerKind kind, int kernel, int stride, Padding padding, int pad = 0) {
  return {.kind = kind,
          .name = "window",
          .out = 3,
          .kernel = kernel,
          .stride = stride,
          .padding = padding,
          .pad = pad};
}

// Layout of one convolution or pooling layer in front of a small head.
LayerShape place(Shape input, const Layer& layer) {
  return layout(with_layers(input, {layer,
                                    {.kind = LayerKind::kFlatten, .name = "flatten"},
                                    {.kind = LayerKind::kLinear, .name = "head", .out = 2}}))
      .layers[0];
}

struct WindowCase {
  int in, kernel, stride;
  Padding padding;
  int pad, out, before, after;
};

TEST(Layout, PlacesWindowsByTheRuleOfTheirPadding) {
  // `same` of 28 -> 14 -> 7 -> 4 -> 2 and 84 -> 42 -> 21 -> 11 -> 6 are the networks of the paper.
  const WindowCase cases[] = {
      {28, 3, 2, Padding::kSame, 0, 14, 0, 1},   {14, 3, 2, Padding::kSame, 0, 7, 0, 1},
      {7, 3, 2, Padding::kSame, 0, 4, 1, 1},     {4, 3, 2, Padding::kSame, 0, 2, 0, 1},
      {84, 3, 1, Padding::kSame, 0, 84, 1, 1},   {84, 2, 2, Padding::kSame, 0, 42, 0, 0},
      {21, 2, 2, Padding::kSame, 0, 11, 0, 1},   {11, 2, 2, Padding::kSame, 0, 6, 0, 1},
      {5, 2, 1, Padding::kSame, 0, 5, 0, 1},     {7, 1, 3, Padding::kSame, 0, 3, 0, 0},
      {7, 3, 2, Padding::kValid, 0, 3, 0, 0},    {8, 3, 2, Padding::kValid, 0, 3, 0, 0},
      {20, 3, 1, Padding::kNumber, 1, 20, 1, 1}, {5, 2, 2, Padding::kNumber, 1, 3, 1, 1}};
  for (const auto& c : cases) {
    for (const auto kind : {LayerKind::kConv2d, LayerKind::kMaxPool}) {
      const auto shape = place({.channels = 2, .height = c.in, .width = c.in},
                               window(kind, c.kernel, c.stride, c.padding, c.pad));
      EXPECT_EQ(shape.out.height, c.out)
          << c.in << " kernel " << c.kernel << " stride " << c.stride;
      EXPECT_EQ(shape.pad_top, c.before)
          << c.in << " kernel " << c.kernel << " stride " << c.stride;
      EXPECT_EQ(shape.pad_bottom, c.after)
          << c.in << " kernel " << c.kernel << " stride " << c.stride;
    }
  }
}

TEST(Layout, TreatsHeightAndWidthApart) {
  const auto shape = place({.channels = 1, .height = 7, .width = 4},
                           window(LayerKind::kConv2d, 3, 2, Padding::kSame));
  EXPECT_EQ(shape.out, (Shape{.channels = 3, .height = 4, .width = 2}));
  EXPECT_EQ(shape.pad_top, 1);
  EXPECT_EQ(shape.pad_left, 0);
  EXPECT_EQ(shape.pad_right, 1);
}

TEST(Layout, NamesTensorsAndGivesTheirOffsetsInOrder) {
  const auto model =
      layout(with_layers({.channels = 2, .height = 3, .width = 3},
                         {{.kind = LayerKind::kConv2d, .name = "conv", .out = 4},
                          {.kind = LayerKind::kGroupNorm, .name = "norm", .groups = 2},
                          {.kind = LayerKind::kFlatten, .name = "flatten"},
                          {.kind = LayerKind::kLinear, .name = "head", .out = 5, .bias = false}}));
  ASSERT_EQ(model.tensors.size(), 5u);
  EXPECT_EQ(model.tensors[0].name, "conv.weight");
  EXPECT_EQ(model.tensors[0].shape, (std::vector{4, 2, 3, 3}));
  EXPECT_EQ(model.tensors[1].name, "conv.bias");
  EXPECT_EQ(model.tensors[1].offset, 72u);
  EXPECT_EQ(model.tensors[2].name, "norm.scale");
  EXPECT_EQ(model.tensors[3].name, "norm.shift");
  EXPECT_EQ(model.tensors[4].shape, (std::vector{5, 36}));
  EXPECT_EQ(model.parameters, 72u + 4 + 4 + 4 + 180);
  EXPECT_EQ(model.outputs, 5);
  EXPECT_EQ(model.layers[3].bias, -1);
}

TEST(Layout, OnlyABiasThatFeedsABatchNormAtOnceIsDead) {
  const Layer conv{.kind = LayerKind::kConv2d, .name = "conv", .out = 2};
  const Layer flatten{.kind = LayerKind::kFlatten, .name = "flatten"};
  const Layer head{.kind = LayerKind::kLinear, .name = "head", .out = 2};
  const auto dead = [&](LayerKind next) {
    return layout(with_layers({.channels = 1, .height = 4, .width = 4},
                              {conv, {.kind = next, .name = "next"}, flatten, head}))
        .layers[0]
        .bias_is_dead;
  };
  EXPECT_TRUE(dead(LayerKind::kBatchNorm));
  EXPECT_FALSE(dead(LayerKind::kGroupNorm));
  EXPECT_FALSE(dead(LayerKind::kRelu));
}

struct Mistake {
  Shape input;
  std::vector<Layer> layers;
  const char* message;
};

TEST(Layout, NamesTheLayerThatIsWrong) {
  const Shape image{.channels = 3, .height = 8, .width = 8}, vector{.channels = 4};
  const auto conv = [](int kernel, int stride, int pad) {
    return Layer{.kind = LayerKind::kConv2d,
                 .name = "conv",
                 .out = 2,
                 .kernel = kernel,
                 .stride = stride,
                 .padding = Padding::kNumber,
                 .pad = pad};
  };
  const Mistake mistakes[] = {
      {{.channels = 0}, {}, "model 'net': input shape 0x1x1 has a size below 1"},
      {image, {}, "model 'net' has no layers; it needs at least a linear one"},
      {{.channels = 40000, .height = 40000, .width = 4},
       {},
       "model 'net': an input of 40000x40000x4 is too large; at most 1073741824 numbers are "
       "supported"},
      {image,
       {{.kind = LayerKind::kRelu, .name = ""}},
       "model 'net', layer '' (relu): layer 0 has no name"},
      {vector,
       {{.kind = LayerKind::kRelu, .name = "a"}, {.kind = LayerKind::kTanh, .name = "a"}},
       "model 'net', layer 'a' (tanh): the name is used twice; layer names are unique"},
      {image,
       {{.kind = LayerKind::kConv2d, .name = "c"}},
       "model 'net', layer 'c' (conv2d): 0 output channels, expected at least 1"},
      {image,
       {conv(0, 1, 0)},
       "model 'net', layer 'conv' (conv2d): kernel is 0, expected 1 to 4096"},
      {image,
       {conv(3, 0, 0)},
       "model 'net', layer 'conv' (conv2d): stride is 0, expected 1 to 4096"},
      {image,
       {conv(3, 1, -1)},
       "model 'net', layer 'conv' (conv2d): padding is -1, expected 0 to 4096"},
      {image,
       {conv(11, 1, 1)},
       "model 'net', layer 'conv' (conv2d): input is 3x8x8 with padding 1, smaller than the kernel "
       "11"},
      {image,
       {window(LayerKind::kMaxPool, 2, 2, Padding::kNumber, 2)},
       "model 'net', layer 'window' (max_pool): padding 2 reaches the kernel's size 2: a window "
       "could "
       "see no pixel"},
      {image,
       {{.kind = LayerKind::kGroupNorm, .name = "g", .groups = 2}},
       "model 'net', layer 'g' (group_norm): 2 groups do not divide 3 channels"},
      {image,
       {{.kind = LayerKind::kBatchNorm, .name = "b", .eps = 0}},
       "model 'net', layer 'b' (batch_norm): eps is 0, expected a number above 0"},
      {image,
       {{.kind = LayerKind::kLinear, .name = "l", .out = 2}},
       "model 'net', layer 'l' (linear): input is 3x8x8, expected a vector; put a 'flatten' before "
       "it"},
      {vector,
       {{.kind = LayerKind::kLinear, .name = "l"}},
       "model 'net', layer 'l' (linear): 0 outputs, expected at least 1"},
      {image,
       {{.kind = LayerKind::kRelu, .name = "r"}},
       "model 'net', layer 'r' (relu): the last layer gives 3x8x8, expected a vector; add "
       "'flatten' and "
       "'linear'"},
      {vector,
       {{.kind = LayerKind::kLinear, .name = "l", .out = 500'000'000}},
       "model 'net', layer 'l' (linear): gives 500000000x1x1 and brings the params to 1573741825 "
       "or "
       "more; at most 1073741824 numbers are supported"},
  };
  for (const auto& mistake : mistakes) {
    EXPECT_EQ(error_of([&] { layout(with_layers(mistake.input, mistake.layers)); }),
              mistake.message);
  }
}

// Least and greatest value of a tensor.
struct Range {
  float low, high;
};
Range range_of(const ModelSpec& spec, const std::vector<float>& params, std::string_view name) {
  const auto model = layout(spec);
  const auto tensor = std::ranges::find(model.tensors, name, &TensorInfo::name);
  const auto values = std::span(params).subspan(tensor->offset, tensor->size);
  const auto [low, high] = std::ranges::minmax(values);
  return {low, high};
}

ModelSpec conv_net(InitScheme init) {
  auto spec = with_layers({.channels = 8, .height = 4, .width = 4},
                          {{.kind = LayerKind::kConv2d, .name = "conv", .out = 64},
                           {.kind = LayerKind::kBatchNorm, .name = "norm"},
                           {.kind = LayerKind::kFlatten, .name = "flatten"},
                           {.kind = LayerKind::kLinear, .name = "head", .out = 50}});
  spec.init = init;
  return spec;
}

// The greatest of n uniform values misses the upper 5 % of its bound with a chance of 0.975^n,
// below 1e-10 for the 1,000 values and more of the tensors here.
void expect_fills(Range range, double bound) {
  EXPECT_LE(range.high, static_cast<float>(bound));
  EXPECT_GE(range.low, -static_cast<float>(bound));
  EXPECT_GT(range.high, 0.95 * bound);
  EXPECT_LT(range.low, -0.95 * bound);
}

TEST(LabelRows, AreWeightAndBiasOfTheOutputLayer) {
  auto spec =
      with_layers({.channels = 2}, {{.kind = LayerKind::kLinear, .name = "linear1", .out = 3},
                                    {.kind = LayerKind::kTanh, .name = "tanh1"},
                                    {.kind = LayerKind::kLinear, .name = "linear2", .out = 5}});
  EXPECT_EQ(label_rows(spec),
            (std::vector<LabelRows>{{.offset = 3 * 2 + 3, .rows = 5, .size = 3},
                                    {.offset = 3 * 2 + 3 + 5 * 3, .rows = 5, .size = 1}}));
  spec.layers.back().bias = false;
  EXPECT_EQ(label_rows(spec).size(), 1u);
}

TEST(LabelRows, OnlyAClassifierHasThem) {
  auto spec = with_layers({.channels = 2}, {{.kind = LayerKind::kLinear, .name = "out", .out = 5}});
  spec.loss = Loss::kMeanSquaredError;
  EXPECT_EQ(error_of([&] { label_rows(spec); }),
            "network 'net' ends in a layer 'out' of kind linear with loss mean_squared_error; only "
            "a linear layer with cross_entropy has a row for each label");
  spec = with_layers({.channels = 2}, {{.kind = LayerKind::kLinear, .name = "linear", .out = 5},
                                       {.kind = LayerKind::kRelu, .name = "last"}});
  EXPECT_EQ(error_of([&] { label_rows(spec); }),
            "network 'net' ends in a layer 'last' of kind relu with loss cross_entropy; only a "
            "linear layer with cross_entropy has a row for each label");
}

TEST(InitialParams, GlorotWeightsFillTheirBoundAndBiasesAreZero) {
  const auto spec = conv_net(InitScheme::kGlorot);
  const auto params = initial_params(spec, Rng(1, Stream::kInit));
  expect_fills(range_of(spec, params, "conv.weight"), std::sqrt(6.0 / (8 * 9 + 64 * 9)));
  expect_fills(range_of(spec, params, "head.weight"), std::sqrt(6.0 / (1024 + 50)));
  EXPECT_EQ(range_of(spec, params, "conv.bias").high, 0.0f);
  EXPECT_EQ(range_of(spec, params, "head.bias").low, 0.0f);
}

TEST(InitialParams, FanInWeightsAndBiasesStayWithinOneOverRootFanIn) {
  const auto spec = conv_net(InitScheme::kFanIn);
  const auto params = initial_params(spec, Rng(1, Stream::kInit));
  expect_fills(range_of(spec, params, "conv.weight"), 1 / std::sqrt(8.0 * 9));
  expect_fills(range_of(spec, params, "head.weight"), 1 / 32.0);
  const auto bias = range_of(spec, params, "head.bias");
  EXPECT_LE(bias.high, 1 / 32.0f);
  EXPECT_LT(bias.low, 0.0f);
}

TEST(InitialParams, NormScalesAreOneAndShiftsZeroInBothSchemes) {
  for (const auto init : {InitScheme::kGlorot, InitScheme::kFanIn}) {
    const auto spec = conv_net(init);
    const auto params = initial_params(spec, Rng(1, Stream::kInit));
    EXPECT_EQ(range_of(spec, params, "norm.scale").low, 1.0f);
    EXPECT_EQ(range_of(spec, params, "norm.scale").high, 1.0f);
    EXPECT_EQ(range_of(spec, params, "norm.shift").low, 0.0f);
    EXPECT_EQ(range_of(spec, params, "norm.shift").high, 0.0f);
  }
}

TEST(InitialParams, DependOnTheSeedAlone) {
  const auto spec = conv_net(InitScheme::kGlorot);
  EXPECT_EQ(initial_params(spec, Rng(1, Stream::kInit)),
            initial_params(spec, Rng(1, Stream::kInit)));
  EXPECT_NE(initial_params(spec, Rng(1, Stream::kInit)),
            initial_params(spec, Rng(2, Stream::kInit)));
}

}  // namespace
}  // namespace anole
