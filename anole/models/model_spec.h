#pragma once

// A model is data: a list of layers that owns names, shapes, initialisation and the offsets of
// `params`. Engines, checkpoint and bundle read the same spec. Images are [C, H, W]; convolution
// weights [out, in, k, k]; linear weights [out, in]; flatten keeps C, H, W order.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/rng.h"
#include "anole/core/shape.h"
#include "anole/models/signature.h"

namespace anole {

enum class LayerKind { kConv2d, kBatchNorm, kGroupNorm, kRelu, kTanh, kMaxPool, kFlatten, kLinear };
inline std::span<const std::string_view> enum_names(LayerKind) {
  static constexpr std::string_view kNames[] = {"conv2d", "batch_norm", "group_norm", "relu",
                                                "tanh",   "max_pool",   "flatten",    "linear"};
  return kNames;
}

// kSame pads so that out = ceil(in / stride): total = max((out-1)*stride + kernel - in, 0), the
// smaller half before (TensorFlow's rule, asymmetric on even sizes with stride 2). kValid pads
// nothing. kNumber pads `padding` on every side. Padded taps count as 0 in a convolution and are
// ignored by a max-pool; a max-pool that is not kSame rounds down.
enum class Padding { kSame, kValid, kNumber };

// One layer; members that a kind does not use keep their defaults.
struct Layer {
  LayerKind kind = LayerKind::kRelu;
  std::string name = {};             // unique, e.g. "conv1"
  int out = 0;                       // conv2d, linear: output channels
  int kernel = 3, stride = 1;        // conv2d, max_pool
  Padding padding = Padding::kSame;  // conv2d, max_pool
  int pad = 0;                       // with Padding::kNumber
  bool bias = true;                  // conv2d, linear
  double eps = 1e-3;                 // batch_norm, group_norm; added to the biased variance
  int groups = 1;                    // group_norm; divides the channels

  bool operator==(const Layer&) const = default;
};

// kGlorot: weights uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010), biases 0.
// kFanIn: weights and biases uniform in +-1/sqrt(fan_in). Norm scales are 1, shifts 0 in both.
enum class InitScheme { kGlorot, kFanIn };
inline std::span<const std::string_view> enum_names(InitScheme) {
  static constexpr std::string_view kNames[] = {"glorot", "fan_in"};
  return kNames;
}
struct ModelSpec {
  std::string name = {};
  Shape input = {};
  InitScheme init = InitScheme::kGlorot;
  Loss loss = Loss::kCrossEntropy;
  std::vector<Layer> layers = {};

  bool operator==(const ModelSpec&) const = default;
};

// What a layer becomes once its input shape is known.
struct LayerShape {
  Shape in, out;
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;  // conv2d, max_pool
  int weight = -1,
      bias = -1;  // indices into ModelLayout::tensors; for norms: scale, shift; -1 if none
  bool bias_is_dead = false;  // the bias feeds a batch-norm at once: its gradient is exactly 0
};

struct ModelLayout {
  std::vector<LayerShape> layers;   // parallel to ModelSpec::layers
  std::vector<TensorInfo> tensors;  // in params order
  std::size_t parameters = 0;       // P
  int outputs = 0;                  // N or D
};

// Checks every layer against its input and lays out the parameters. Throws Error naming the layer,
// what it got and what it needs; also where a kernel, stride or padding passes 4,096, or a row or
// the params 2^30 numbers.
ModelLayout layout(const ModelSpec& spec);

// Throws Error as layout() does.
Signature signature_of(const ModelSpec& spec);

// Weight and bias of the output layer of a classifier, a row for each label. Throws Error if the
// loss is no cross-entropy or the last layer is not linear.
std::vector<LabelRows> label_rows(const ModelSpec& spec);

// P initial parameters, drawn tensor by tensor in params order.
std::vector<float> initial_params(const ModelSpec& spec, Rng rng);

// JSON text of a spec, and back; equal specs give equal text. A layer holds the keys its kind uses:
//   {"name": "tiny", "input": [1, 28, 28], "init": "glorot", "loss": "cross_entropy", "layers": [
//     {"kind": "conv2d", "name": "conv1", "out": 64, "kernel": 3, "stride": 2, "padding": "same",
//      "bias": true},
//     {"kind": "batch_norm", "name": "norm1", "eps": 0.001}, {"kind": "relu", "name": "relu1"}, …]}
// `padding` is "same", "valid" or a number of pixels. Reading, a key left out has Layer's default,
// but `name`, `kind` and `out` must stand there. Throws Error for text that is not JSON, for
// unknown keys, kinds and values, naming the nearest, and for what layout() refuses.
std::string to_json(const ModelSpec& spec);
ModelSpec model_from_json(std::string_view text);

}  // namespace anole
