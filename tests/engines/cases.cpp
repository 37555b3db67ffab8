#include "tests/engines/cases.h"

#include <array>
#include <utility>

#include "anole/core/fields.h"
#include "anole/models/zoo.h"

namespace anole::cases {
namespace {

constexpr int kBatches[] = {1, 2, 3, 7, 10, 25};
constexpr Shape kImage{.channels = 3, .height = 7, .width = 5};
constexpr Shape kVector{.channels = 6};

Layer named(LayerKind kind, std::string name) { return {.kind = kind, .name = std::move(name)}; }
Layer conv(std::string name, int out, int kernel = 3, int stride = 1) {
  return {.kind = LayerKind::kConv2d,
          .name = std::move(name),
          .out = out,
          .kernel = kernel,
          .stride = stride};
}
Layer linear(std::string name, int out) {
  return {.kind = LayerKind::kLinear, .name = std::move(name), .out = out};
}
Layer group_norm(int groups) {
  return {.kind = LayerKind::kGroupNorm, .name = "norm", .groups = groups};
}
Layer pool(int kernel, int stride, Padding padding, int pad = 0) {
  return {.kind = LayerKind::kMaxPool,
          .name = "pool",
          .kernel = kernel,
          .stride = stride,
          .padding = padding,
          .pad = pad};
}

// Collects cases; batch sizes go round through kBatches.
class List {
 public:
  // `body`, then flatten and a linear layer with 4 outputs.
  void add(std::string name, Shape input, std::vector<Layer> body,
           Loss loss = Loss::kCrossEntropy) {
    body.push_back(named(LayerKind::kFlatten, "flatten"));
    body.push_back(linear("head", 4));
    const int batch = kBatches[cases.size() % std::size(kBatches)];
    ModelSpec spec{.name = name,
                   .input = input,
                   .init = InitScheme::kFanIn,
                   .loss = loss,
                   .layers = std::move(body)};
    cases.push_back({.name = std::move(name), .spec = std::move(spec), .batch = batch});
  }
  // `layers` behind a convolution with 6 channels, so that the gradient by their input counts.
  void add_behind_conv(std::string name, std::vector<Layer> layers) {
    layers.insert(layers.begin(), conv("stem", 6));
    add(std::move(name), kImage, std::move(layers));
  }

  std::vector<Case> cases;
};

std::string window_name(const char* kind, int kernel, int stride, Padding padding) {
  constexpr std::array kPaddings{"same", "valid", "number"};
  return std::string(kind) + "_kernel" + std::to_string(kernel) + "_stride" +
         std::to_string(stride) + "_" + kPaddings[static_cast<std::size_t>(padding)];
}

void add_windows(List& list) {
  for (const auto padding : {Padding::kSame, Padding::kValid, Padding::kNumber}) {
    for (int stride = 1; stride <= 3; ++stride) {
      for (const int kernel : {1, 2, 3, 5}) {
        Layer layer = conv("conv", 5, kernel, stride);
        layer.padding = padding;
        layer.pad = padding == Padding::kNumber ? (kernel + 1) / 2 : 0;
        list.add_behind_conv(window_name("conv", kernel, stride, padding), {layer});
      }
      for (const int kernel : {2, 3}) {
        list.add_behind_conv(window_name("pool", kernel, stride, padding),
                             {pool(kernel, stride, padding, padding == Padding::kNumber ? 1 : 0)});
      }
    }
  }
}

void add_convolutions(List& list) {
  Layer no_bias = conv("conv", 5);
  no_bias.bias = false;
  list.add("conv_without_bias", kImage, {no_bias});
  list.add("conv_one_channel_to_16", {.channels = 1, .height = 7, .width = 5},
           {conv("conv", 16, 3, 2)});
  list.add("conv_16_to_17", kImage, {conv("stem", 16), conv("conv", 17)});
  list.add("conv_17_to_32", kImage, {conv("stem", 17), conv("conv", 32, 3, 2)});
  list.add("conv_of_one_pixel", {.channels = 5}, {conv("conv", 7)});
  list.add("conv_then_tanh_then_conv", kImage,
           {conv("conv1", 5, 5), named(LayerKind::kTanh, "tanh"), conv("conv2", 3, 2, 3)});
  list.add("conv_with_mean_squared_error", kImage, {conv("conv", 5)}, Loss::kMeanSquaredError);
}

void add_norms(List& list) {
  const Layer norm = named(LayerKind::kBatchNorm, "norm");
  const Layer relu = named(LayerKind::kRelu, "relu"), tanh = named(LayerKind::kTanh, "tanh");
  for (int i = 0; i < 6; ++i) {  // at every batch size
    list.add_behind_conv("batch_norm_" + std::to_string(i), {norm});
    list.add_behind_conv("batch_norm_relu_" + std::to_string(i), {norm, relu});
  }
  list.add_behind_conv("batch_norm_tanh", {norm, tanh});
  list.add_behind_conv("batch_norm_pool_relu", {norm, pool(2, 2, Padding::kSame), relu});
  list.add_behind_conv("batch_norm_relu_pool", {norm, relu, pool(2, 2, Padding::kValid)});
  list.add_behind_conv("relu_batch_norm", {relu, norm});
  list.add("batch_norm_first", kImage, {norm});
  list.add("batch_norm_of_vectors", kVector, {linear("linear", 17), norm, relu});
  for (const int groups : {1, 2, 3}) {
    list.add_behind_conv("group_norm_" + std::to_string(groups), {group_norm(groups)});
    list.add_behind_conv("group_norm_relu_" + std::to_string(groups), {group_norm(groups), relu});
  }
  list.add("group_norm_first", kImage, {group_norm(3)});
  list.add("batch_norm_of_tanh_of_vectors", kVector, {linear("linear", 5), tanh, norm});
  list.add("group_norm_of_vectors", kVector, {linear("linear", 8), group_norm(2), tanh});
}

void add_plain_layers(List& list) {
  const Layer relu = named(LayerKind::kRelu, "relu"), tanh = named(LayerKind::kTanh, "tanh");
  list.add_behind_conv("relu", {relu});
  list.add_behind_conv("tanh", {tanh});
  list.add("linear_alone", kVector, {});
  list.add("linear_relu", kVector, {linear("linear", 17), relu});
  list.add("linear_tanh_mean_squared_error", kVector, {linear("linear", 9), tanh},
           Loss::kMeanSquaredError);
  list.add("flatten_then_linears", kImage,
           {named(LayerKind::kFlatten, "first"), linear("linear1", 33), linear("linear2", 3)});
  Layer no_bias = linear("linear", 5);
  no_bias.bias = false;
  list.add("linear_without_bias", kVector, {no_bias});
  list.add("relu_first", kImage, {relu});
  list.add("pool_first", kImage, {pool(3, 2, Padding::kSame)});
}

// Vectors are images of one pixel, which windows may slide over too.
void add_windows_over_vectors(List& list) {
  const Layer flatten = named(LayerKind::kFlatten, "first"), tanh = named(LayerKind::kTanh, "tanh");
  list.add("conv_of_flattened_input", kImage, {flatten, conv("conv", 5)});
  list.add("pool_of_flattened_input", kImage, {flatten, pool(2, 2, Padding::kSame)});
  list.add_behind_conv("conv_of_flattened_conv", {flatten, conv("conv", 17, 1), tanh});
  list.add_behind_conv("pool_of_flattened_conv", {flatten, pool(3, 1, Padding::kNumber, 1)});
  list.add("conv_of_linear", kVector, {linear("linear", 20), conv("conv", 7, 3, 2)});
  list.add("pool_of_linear", kVector, {linear("linear", 20), pool(2, 2, Padding::kSame)});
  list.add("linear_norm_conv_relu_pool_linear", kVector,
           {linear("linear1", 9), named(LayerKind::kBatchNorm, "norm"), conv("conv", 18),
            named(LayerKind::kRelu, "relu"), pool(2, 1, Padding::kSame), linear("linear2", 6)});
}

Case zoo_case(const char* name, Shape input, int batch) {
  const bool sine = std::string(name) == "sine_mlp";
  return {.name = name,
          .spec = make_model({.model = name, .widths = {40, 30}}, input, sine ? 1 : 5,
                             sine ? Loss::kMeanSquaredError : Loss::kCrossEntropy),
          .batch = batch};
}

}  // namespace

std::vector<Case> layer_cases() {
  List list;
  add_windows(list);
  add_convolutions(list);
  add_norms(list);
  add_plain_layers(list);
  add_windows_over_vectors(list);
  return std::move(list.cases);
}

std::vector<Case> zoo_cases() {
  return {zoo_case("omniglot_conv4", {.channels = 1, .height = 28, .width = 28}, 10),
          zoo_case("miniimagenet_conv4", {.channels = 3, .height = 84, .width = 84}, 10),
          zoo_case("conv4_fc", {.channels = 1, .height = 20, .width = 20}, 25),
          zoo_case("sine_mlp", {.channels = 1}, 10), zoo_case("mlp", {.channels = 64}, 10)};
}

std::vector<Case> small_zoo_cases() {
  return {zoo_case("omniglot_conv4", {.channels = 1, .height = 17, .width = 15}, 3),
          zoo_case("miniimagenet_conv4", {.channels = 3, .height = 10, .width = 9}, 2),
          zoo_case("conv4_fc", {.channels = 1, .height = 5, .width = 6}, 3),
          zoo_case("sine_mlp", {.channels = 1}, 7),
          zoo_case("mlp", {.channels = 2, .height = 3, .width = 1}, 4)};
}

std::vector<float> params_of(const ModelSpec& spec, std::uint64_t seed) {
  auto params = initial_params(spec, Rng(seed, Stream::kInit));
  Rng noise(seed, Stream::kInit, 1);
  for (float& param : params) param += 0.1f * noise.normal();
  return params;
}

Task examples_of(const ModelSpec& spec, int count, std::uint64_t seed) {
  const int outputs = layout(spec).outputs;
  Rng rng(seed, Stream::kTrainTask);
  Task task;
  task.rows.resize(static_cast<std::size_t>(count) * spec.input.size());
  for (float& value : task.rows) value = rng.normal();
  if (spec.loss == Loss::kCrossEntropy) {
    for (int i = 0; i < count; ++i) task.labels.push_back(i % outputs);
  } else {
    task.targets.resize(static_cast<std::size_t>(count * outputs));
    for (float& value : task.targets) value = rng.normal();
  }
  task.support = {
      .rows = task.rows, .labels = task.labels, .targets = task.targets, .count = count};
  return task;
}

}  // namespace anole::cases
