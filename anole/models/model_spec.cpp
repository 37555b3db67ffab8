#include "anole/models/model_spec.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/core/text.h"

namespace anole {
namespace {

// 2^30 numbers in a row or in the params: sums of sizes and windows stay within an int.
constexpr std::size_t kMaxElements = std::size_t{1} << 30;
constexpr int kMaxWindow = 4096;  // kernel, stride and padding

// Elements of a row, saturating just above kMaxElements.
std::size_t elements(const Shape& shape) {
  std::size_t product = 1;
  for (const int size : {shape.channels, shape.height, shape.width}) {
    product = std::min(product * static_cast<std::size_t>(size), kMaxElements + 1);
  }
  return product;
}

// Lays out one model; one method per layer kind, each checks its input.
class LayoutBuilder {
 public:
  explicit LayoutBuilder(const ModelSpec& spec) : spec_(spec) {}

  ModelLayout build() {
    if (spec_.input.channels < 1 || spec_.input.height < 1 || spec_.input.width < 1) {
      throw Error("model '{}': input shape {} has a size below 1", spec_.name,
                  describe(spec_.input));
    }
    if (elements(spec_.input) > kMaxElements) {
      throw Error("model '{}': an input of {} is too large; at most {} numbers are supported",
                  spec_.name, describe(spec_.input), kMaxElements);
    }
    if (spec_.layers.empty())
      throw Error("model '{}' has no layers; it needs at least a linear one", spec_.name);
    Shape shape = spec_.input;
    for (std::size_t i = 0; i < spec_.layers.size(); ++i) shape = add(i, shape);
    if (shape.height != 1 || shape.width != 1) {
      fail("the last layer gives {}, expected a vector; add 'flatten' and 'linear'",
           describe(shape));
    }
    result_.outputs = shape.channels;
    return std::move(result_);
  }

 private:
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw Error("model '{}', layer '{}' ({}): {}", spec_.name, layer_->name,
                enum_name(layer_->kind), fmt::format(format, std::forward<Args>(args)...));
  }

  Shape add(std::size_t index, Shape in) {
    layer_ = &spec_.layers[index];
    if (layer_->name.empty()) fail("layer {} has no name", index);
    if (!names_.insert(layer_->name).second) fail("the name is used twice; layer names are unique");
    current_ = LayerShape{.in = in, .out = in};
    switch (layer_->kind) {
      case LayerKind::kConv2d:
        add_conv(index);
        break;
      case LayerKind::kBatchNorm:
      case LayerKind::kGroupNorm:
        add_norm();
        break;
      case LayerKind::kMaxPool:
        add_pool();
        break;
      case LayerKind::kFlatten:
        current_.out = {.channels = static_cast<int>(in.size())};
        break;
      case LayerKind::kLinear:
        add_linear(index);
        break;
      case LayerKind::kRelu:
      case LayerKind::kTanh:
        break;
    }
    if (elements(current_.out) > kMaxElements || result_.parameters > kMaxElements) {
      fail("gives {} and brings the params to {} or more; at most {} numbers are supported",
           describe(current_.out), result_.parameters, kMaxElements);
    }
    result_.layers.push_back(current_);
    return current_.out;
  }

  void add_conv(std::size_t index) {
    if (layer_->out < 1) fail("{} output channels, expected at least 1", layer_->out);
    place_window();
    current_.out.channels = layer_->out;
    current_.weight =
        tensor("weight", {layer_->out, current_.in.channels, layer_->kernel, layer_->kernel});
    add_bias(index);
  }

  void add_norm() {
    const int channels = current_.in.channels;
    if (layer_->kind == LayerKind::kGroupNorm &&
        (layer_->groups < 1 || channels % layer_->groups != 0)) {
      fail("{} groups do not divide {} channels", layer_->groups, channels);
    }
    if (!(layer_->eps > 0) || !std::isfinite(layer_->eps)) {
      fail("eps is {}, expected a number above 0", layer_->eps);
    }
    current_.weight = tensor("scale", {channels});
    current_.bias = tensor("shift", {channels});
  }

  void add_pool() { place_window(); }

  void add_linear(std::size_t index) {
    if (layer_->out < 1) fail("{} outputs, expected at least 1", layer_->out);
    if (current_.in.height != 1 || current_.in.width != 1) {
      fail("input is {}, expected a vector; put a 'flatten' before it", describe(current_.in));
    }
    current_.out = {.channels = layer_->out};
    current_.weight = tensor("weight", {layer_->out, current_.in.channels});
    add_bias(index);
  }

  void add_bias(std::size_t index) {
    if (!layer_->bias) return;
    current_.bias = tensor("bias", {layer_->out});
    current_.bias_is_dead =
        index + 1 < spec_.layers.size() && spec_.layers[index + 1].kind == LayerKind::kBatchNorm;
  }

  // Output size and padding of a convolution or pooling window.
  void place_window() {
    check_range("kernel", layer_->kernel, 1);
    check_range("stride", layer_->stride, 1);
    check_range("padding", layer_->pad, 0);
    if (layer_->kind == LayerKind::kMaxPool && layer_->padding == Padding::kNumber &&
        layer_->pad >= layer_->kernel) {
      fail("padding {} reaches the kernel's size {}: a window could see no pixel", layer_->pad,
           layer_->kernel);
    }
    auto& shape = current_;
    std::tie(shape.out.height, shape.pad_top, shape.pad_bottom) = window(shape.in.height);
    std::tie(shape.out.width, shape.pad_left, shape.pad_right) = window(shape.in.width);
  }

  void check_range(const char* what, int value, int least) const {
    if (value < least || value > kMaxWindow) {
      fail("{} is {}, expected {} to {}", what, value, least, kMaxWindow);
    }
  }

  // {out, padding before, padding after} along one side of `in` pixels.
  std::tuple<int, int, int> window(int in) const {
    const int kernel = layer_->kernel, stride = layer_->stride;
    if (layer_->padding == Padding::kSame) {
      const int out = (in + stride - 1) / stride;
      const int total = std::max((out - 1) * stride + kernel - in, 0);
      return {out, total / 2, total - total / 2};
    }
    const int pad = layer_->padding == Padding::kNumber ? layer_->pad : 0;
    if (in + 2 * pad < kernel) {
      fail("input is {} with padding {}, smaller than the kernel {}", describe(current_.in), pad,
           kernel);
    }
    return {(in + 2 * pad - kernel) / stride + 1, pad, pad};
  }

  int tensor(const char* role, std::vector<int> shape) {
    const auto size = std::accumulate(
        shape.begin(), shape.end(), std::size_t{1}, [](std::size_t product, int side) {
          return std::min(product * static_cast<std::size_t>(side), kMaxElements + 1);
        });
    result_.tensors.push_back(
        {fmt::format("{}.{}", layer_->name, role), std::move(shape), result_.parameters, size});
    result_.parameters += size;
    return static_cast<int>(result_.tensors.size()) - 1;
  }

  const ModelSpec& spec_;
  const Layer* layer_ = nullptr;
  LayerShape current_;
  std::set<std::string> names_;
  ModelLayout result_;
};

void fill_uniform(Rng& rng, std::span<float> values, double bound) {
  const auto limit = static_cast<float>(bound);
  for (auto& value : values) value = rng.uniform(-limit, limit);
}

}  // namespace

ModelLayout layout(const ModelSpec& spec) { return LayoutBuilder(spec).build(); }

Signature signature_of(const ModelSpec& spec) {
  auto model = layout(spec);
  Signature signature{.name = spec.name,
                      .input = spec.input,
                      .loss = spec.loss,
                      .outputs = model.outputs,
                      .parameters = model.parameters};
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    if (spec.layers[i].kind != LayerKind::kBatchNorm) continue;
    const int channels = model.layers[i].in.channels;
    for (const auto* what : {"mean", "variance"}) {
      signature.statistics.push_back({.name = fmt::format("{}.{}", spec.layers[i].name, what),
                                      .shape = {channels},
                                      .offset = signature.statistics_size(),
                                      .size = static_cast<std::size_t>(channels)});
    }
  }
  const bool rows =
      spec.loss == Loss::kCrossEntropy && spec.layers.back().kind == LayerKind::kLinear;
  if (rows) signature.label_rows = label_rows(spec);
  signature.tensors = std::move(model.tensors);
  return signature;
}

std::vector<LabelRows> label_rows(const ModelSpec& spec) {
  const auto model = layout(spec);
  const auto& last = spec.layers.back();
  if (spec.loss != Loss::kCrossEntropy || last.kind != LayerKind::kLinear) {
    throw Error(
        "network '{}' ends in a layer '{}' of kind {} with loss {}; only a linear layer with "
        "cross_entropy has a row for each label",
        spec.name, last.name, enum_name(last.kind), enum_name(spec.loss));
  }
  const auto labels = static_cast<std::size_t>(model.outputs);
  std::vector<LabelRows> rows;
  for (const int index : {model.layers.back().weight, model.layers.back().bias}) {
    if (index < 0) continue;
    const auto& tensor = model.tensors[static_cast<std::size_t>(index)];
    rows.push_back({.offset = tensor.offset, .rows = labels, .size = tensor.size / labels});
  }
  return rows;
}

std::vector<float> initial_params(const ModelSpec& spec, Rng rng) {
  const auto model = layout(spec);
  std::vector<float> params(model.parameters, 0.0f);
  const auto values = [&](int tensor) {
    const auto& info = model.tensors[static_cast<std::size_t>(tensor)];
    return std::span(params).subspan(info.offset, info.size);
  };
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const auto& shape = model.layers[i];
    const auto kind = spec.layers[i].kind;
    if (kind == LayerKind::kBatchNorm || kind == LayerKind::kGroupNorm) {
      std::ranges::fill(values(shape.weight), 1.0f);
    } else if (kind == LayerKind::kConv2d || kind == LayerKind::kLinear) {
      const int taps =
          kind == LayerKind::kConv2d ? spec.layers[i].kernel * spec.layers[i].kernel : 1;
      const double fan_in = shape.in.channels * taps, fan_out = shape.out.channels * taps;
      if (spec.init == InitScheme::kGlorot) {
        fill_uniform(rng, values(shape.weight), std::sqrt(6 / (fan_in + fan_out)));
      } else {
        fill_uniform(rng, values(shape.weight), 1 / std::sqrt(fan_in));
        if (shape.bias >= 0) fill_uniform(rng, values(shape.bias), 1 / std::sqrt(fan_in));
      }
    }
  }
  return params;
}

}  // namespace anole
