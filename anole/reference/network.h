#pragma once

// The reference engine's network: forward keeps what every layer gave, backward walks the layers in
// reverse. Plain loops, on float or double, written to be read: the fused engine and finite
// differences are judged against it.
//
// Rules:
// 1. A network holds no parameters and no state: results depend on the arguments alone.
// 2. All rows of a call form one batch. Rows are [n, C, H, W] of the spec's input.
// 3. Sizes are the caller's promise (LearnerChecks tests them at the engine's border).

#include <cstdint>
#include <span>
#include <vector>

#include "anole/models/model_spec.h"
#include "anole/reference/convolution.h"
#include "anole/reference/normalization.h"

namespace anole::reference {

// What one layer leaves behind.
template <typename T>
struct LayerRecord {
  std::vector<T> output;              // [n, C, H, W] of LayerShape::out
  Statistics<T> statistics;           // norms: what `output` was normalised with
  std::vector<std::int64_t> winners;  // max_pool: place of each output in the layer's input
};

// A forward pass over a batch.
template <typename T>
struct Pass {
  std::vector<T> input;
  std::vector<LayerRecord<T>> layers;  // parallel to ModelSpec::layers

  const std::vector<T>& outputs() const { return layers.back().output; }  // [n, N] or [n, D]
  const std::vector<T>& input_of(std::size_t layer) const {
    return layer == 0 ? input : layers[layer - 1].output;
  }
};

template <typename T>
class ReferenceNetwork {
 public:
  explicit ReferenceNetwork(const ModelSpec& spec);  // throws Error, see layout()

  const ModelSpec& spec() const { return spec_; }
  const ModelLayout& layout() const { return layout_; }
  Pass<T> forward(std::span<const T> params, std::vector<T> rows) const;
  // Batch-norm uses `frozen`, one entry a batch-norm in layer order, in place of the statistics of
  // `rows`.
  Pass<T> forward(std::span<const T> params, std::vector<T> rows,
                  const std::vector<Statistics<T>>& frozen) const;
  std::vector<Statistics<T>> batch_norm_statistics(const Pass<T>& pass) const;
  // From C means and C variances of every batch-norm, as Signature::statistics has them, and back.
  std::vector<Statistics<T>> unflattened(std::span<const float> flat) const;
  std::vector<float> flattened(const std::vector<Statistics<T>>& statistics) const;

  // Gradient [P] of a loss whose gradient by the pass's outputs is `d_outputs`. The pass must be
  // one with statistics of its own. A bias that feeds a batch-norm has 0 and is not computed.
  std::vector<T> backward(std::span<const T> params, const Pass<T>& pass,
                          std::vector<T> d_outputs) const;

 private:
  // The tensors of one layer; empty where it has none.
  template <typename U>
  struct Tensors {
    std::span<U> weight, bias;  // of norms: scale, shift
  };
  template <typename U>
  Tensors<U> tensors(std::span<U> all, std::size_t layer) const;

  Pass<T> run(std::span<const T> params, std::vector<T> rows,
              const std::vector<Statistics<T>>* frozen) const;
  LayerRecord<T> forward_layer(std::size_t layer, const Tensors<const T>& tensors,
                               std::span<const T> input, const Statistics<T>* frozen) const;
  std::vector<T> backward_layer(std::size_t layer, const Pass<T>& pass,
                                const Tensors<const T>& tensors, std::span<const T> d_output,
                                const Tensors<T>& gradients) const;
  Window window(std::size_t layer) const;
  NormSets norm_sets(std::size_t layer) const;

  ModelSpec spec_;
  ModelLayout layout_;
};

}  // namespace anole::reference
