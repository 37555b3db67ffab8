#include "anole/models/zoo.h"

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole {
namespace {

constexpr std::string_view kModelNames[] = {"omniglot_conv4", "miniimagenet_conv4", "conv4_fc",
                                            "sine_mlp", "mlp"};

Layer conv(int number, int filters, int stride, Padding padding, int pad = 0) {
  return {.kind = LayerKind::kConv2d,
          .name = fmt::format("conv{}", number),
          .out = filters,
          .kernel = 3,
          .stride = stride,
          .padding = padding,
          .pad = pad};
}
Layer batch_norm(int number, double eps) {
  return {.kind = LayerKind::kBatchNorm, .name = fmt::format("norm{}", number), .eps = eps};
}
Layer activation(Activation kind, int number) {
  const bool relu = kind == Activation::kRelu;
  return {.kind = relu ? LayerKind::kRelu : LayerKind::kTanh,
          .name = fmt::format("{}{}", relu ? "relu" : "tanh", number)};
}
Layer max_pool(int number, Padding padding) {
  return {.kind = LayerKind::kMaxPool,
          .name = fmt::format("pool{}", number),
          .kernel = 2,
          .stride = 2,
          .padding = padding};
}
Layer flatten() { return {.kind = LayerKind::kFlatten, .name = "flatten"}; }
Layer linear(std::string name, int out) {
  return {.kind = LayerKind::kLinear, .name = std::move(name), .out = out};
}

// 4 x [conv 3x3, 64, stride 2, same -> BN (eps 1e-3) -> ReLU], linear. Nichol et al. 2018,
// section 6.1.
std::vector<Layer> omniglot_conv4(int outputs) {
  std::vector<Layer> layers;
  for (int i = 1; i <= 4; ++i) {
    layers.insert(layers.end(), {conv(i, 64, 2, Padding::kSame), batch_norm(i, 1e-3),
                                 activation(Activation::kRelu, i)});
  }
  layers.insert(layers.end(), {flatten(), linear("linear", outputs)});
  return layers;
}

// 4 x [conv 3x3, 32, same -> BN (eps 1e-3) -> max-pool 2 same -> ReLU], linear.
std::vector<Layer> miniimagenet_conv4(int outputs) {
  std::vector<Layer> layers;
  for (int i = 1; i <= 4; ++i) {
    layers.insert(layers.end(), {conv(i, 32, 1, Padding::kSame), batch_norm(i, 1e-3),
                                 max_pool(i, Padding::kSame), activation(Activation::kRelu, i)});
  }
  layers.insert(layers.end(), {flatten(), linear("linear", outputs)});
  return layers;
}

// (conv-BN-ReLU x 2, max-pool 2) x 2 with 64 filters and pad 1, linear 256, ReLU, linear N.
std::vector<Layer> conv4_fc(int outputs) {
  std::vector<Layer> layers;
  for (int i = 1; i <= 4; ++i) {
    layers.insert(layers.end(), {conv(i, 64, 1, Padding::kNumber, 1), batch_norm(i, 1e-5),
                                 activation(Activation::kRelu, i)});
    if (i % 2 == 0) layers.push_back(max_pool(i / 2, Padding::kValid));
  }
  layers.insert(layers.end(), {flatten(), linear("linear1", 256), activation(Activation::kRelu, 5),
                               linear("linear2", outputs)});
  return layers;
}

std::vector<Layer> mlp(const std::vector<int>& widths, Activation kind, int outputs) {
  std::vector<Layer> layers{flatten()};
  int number = 0;
  for (const int width : widths) {
    ++number;
    layers.push_back(linear(fmt::format("linear{}", number), width));
    layers.push_back(activation(kind, number));
  }
  layers.push_back(linear(fmt::format("linear{}", number + 1), outputs));
  return layers;
}

}  // namespace

std::span<const std::string_view> model_names() { return kModelNames; }

ModelSpec make_model(const ModelOptions& options, Shape input, int outputs, Loss loss) {
  ModelSpec spec;
  spec.name = options.model;
  spec.input = input;
  spec.loss = loss;
  if (options.model == "omniglot_conv4") {
    spec.layers = omniglot_conv4(outputs);
  } else if (options.model == "miniimagenet_conv4") {
    spec.layers = miniimagenet_conv4(outputs);
  } else if (options.model == "conv4_fc") {
    spec.init = InitScheme::kFanIn;
    spec.layers = conv4_fc(outputs);
  } else if (options.model == "sine_mlp") {
    spec.init = InitScheme::kFanIn;
    spec.layers = mlp({64, 64}, Activation::kTanh, outputs);
  } else if (options.model == "mlp") {
    spec.init = InitScheme::kFanIn;
    spec.layers = mlp(options.widths, options.activation, outputs);
  } else {
    throw UsageError("model: '{}' is not a network of the zoo{}", options.model,
                     known_names(options.model, kModelNames));
  }
  (void)layout(spec);  // refuses what the network cannot take, naming the layer
  return spec;
}

}  // namespace anole
