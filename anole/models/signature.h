#pragma once

// What everybody but an engine needs of a network: what goes in, what comes out, and what its flat
// params are. A ModelSpec gives one (signature_of); a network that is no list of layers brings its
// own.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/meta_state.h"
#include "anole/core/shape.h"

namespace anole {

// kCrossEntropy: softmax over N outputs. kMeanSquaredError: mean over rows and the D outputs.
enum class Loss { kCrossEntropy, kMeanSquaredError };
inline std::span<const std::string_view> enum_names(Loss) {
  static constexpr std::string_view kNames[] = {"cross_entropy", "mean_squared_error"};
  return kNames;
}

// A parameter tensor and its place in `params`.
struct TensorInfo {
  std::string name;  // unique: "conv1.weight", "conv1.bias", "norm1.scale", "norm1.shift", …
  std::vector<int> shape;
  std::size_t offset = 0, size = 0;
  bool operator==(const TensorInfo&) const = default;
};

struct Signature {
  std::string name = {};
  Shape input = {};  // of one row
  Loss loss = Loss::kCrossEntropy;
  int outputs = 0;                       // N or D
  std::size_t parameters = 0;            // P
  std::vector<TensorInfo> tensors = {};  // in params order
  // What normalisation takes from a batch, one vector after another; empty: every row is predicted
  // by itself, and all norm modes agree. Of a ModelSpec: for each batch-norm, in layer order, the
  // means "norm1.mean" [C] and the biased variances "norm1.variance" [C].
  std::vector<TensorInfo> statistics = {};
  std::vector<LabelRows> label_rows = {};  // of the output layer; empty: it has no row a label
  bool operator==(const Signature&) const = default;

  std::size_t statistics_size() const {
    return statistics.empty() ? 0 : statistics.back().offset + statistics.back().size;
  }
};

}  // namespace anole
