#include "anole/models/zoo.h"

#include <gtest/gtest.h>

#include "tests/error_of.h"

namespace anole {
namespace {

constexpr Shape kOmniglot{.channels = 1, .height = 28, .width = 28};
constexpr Shape kMiniImagenet{.channels = 3, .height = 84, .width = 84};
constexpr Shape kArticle{.channels = 1, .height = 20, .width = 20};

ModelSpec make(const char* name, Shape input, int outputs) {
  return make_model({.model = name}, input, outputs, Loss::kCrossEntropy);
}
std::size_t parameters(const char* name, Shape input, int outputs) {
  return layout(make(name, input, outputs)).parameters;
}

TEST(Zoo, NetworksHaveThePapersParameterCounts) {
  EXPECT_EQ(parameters("omniglot_conv4", kOmniglot, 5), 113'221u);
  EXPECT_EQ(parameters("omniglot_conv4", kOmniglot, 20), 117'076u);
  EXPECT_EQ(parameters("miniimagenet_conv4", kMiniImagenet, 5), 34'661u);
  EXPECT_EQ(parameters("conv4_fc", kArticle, 5), 523'077u);
  EXPECT_EQ(parameters("sine_mlp", {.channels = 1}, 1), 4'353u);
}

// Heights of the rows between layers where they change.
std::vector<int> heights(const ModelSpec& spec) {
  std::vector<int> found{spec.input.height};
  for (const auto& layer : layout(spec).layers) {
    if (layer.out.height != found.back()) found.push_back(layer.out.height);
  }
  return found;
}

TEST(Zoo, ImagesShrinkAsInThePapers) {
  EXPECT_EQ(heights(make("omniglot_conv4", kOmniglot, 5)), (std::vector{28, 14, 7, 4, 2, 1}));
  EXPECT_EQ(heights(make("miniimagenet_conv4", kMiniImagenet, 5)),
            (std::vector{84, 42, 21, 11, 6, 1}));
  EXPECT_EQ(heights(make("conv4_fc", kArticle, 5)), (std::vector{20, 10, 5, 1}));
}

TEST(Zoo, EpsAndInitialisationAreThoseOfTheSource) {
  const auto omniglot = make("omniglot_conv4", kOmniglot, 5);
  EXPECT_EQ(omniglot.init, InitScheme::kGlorot);
  EXPECT_EQ(omniglot.layers[1].eps, 1e-3);
  const auto article = make("conv4_fc", kArticle, 5);
  EXPECT_EQ(article.init, InitScheme::kFanIn);
  EXPECT_EQ(article.layers[1].eps, 1e-5);
  EXPECT_EQ(make("sine_mlp", {.channels = 1}, 1).init, InitScheme::kFanIn);
}

TEST(Zoo, MlpTakesWidthsAndActivationAsOptions) {
  const auto spec = make_model({.model = "mlp", .widths = {7, 3}, .activation = Activation::kTanh},
                               {.channels = 2, .height = 2}, 4, Loss::kCrossEntropy);
  EXPECT_EQ(layout(spec).parameters, 4u * 7 + 7 + 7 * 3 + 3 + 3 * 4 + 4);
  EXPECT_EQ(spec.layers[2].kind, LayerKind::kTanh);
}

TEST(Zoo, EveryNameMakesANetworkThatTakesOddImages) {
  for (const auto name : model_names()) {
    const auto spec = make_model({.model = std::string(name)},
                                 {.channels = 2, .height = 9, .width = 13}, 3, Loss::kCrossEntropy);
    EXPECT_EQ(layout(spec).outputs, 3) << name;
  }
}

TEST(Zoo, AnUnknownNameIsRefusedWithTheNearest) {
  EXPECT_EQ(error_of([] { make("omniglot_conv", kOmniglot, 5); }),
            "model: 'omniglot_conv' is not a network of the zoo; known are omniglot_conv4, "
            "miniimagenet_conv4, conv4_fc, sine_mlp, mlp; did you mean 'omniglot_conv4'?");
}

TEST(Zoo, AnInputTheNetworkCannotTakeIsRefused) {
  EXPECT_EQ(error_of([] { make("conv4_fc", {.channels = 1, .height = 3, .width = 3}, 5); }),
            "model 'conv4_fc', layer 'pool2' (max_pool): input is 64x1x1 with padding 0, smaller "
            "than the "
            "kernel 2");
}

}  // namespace
}  // namespace anole
