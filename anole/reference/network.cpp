#include "anole/reference/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "anole/reference/pooling.h"

namespace anole::reference {

template <typename T>
ReferenceNetwork<T>::ReferenceNetwork(const ModelSpec& spec)
    : spec_(spec), layout_(anole::layout(spec)) {}

template <typename T>
Pass<T> ReferenceNetwork<T>::forward(std::span<const T> params, std::vector<T> rows) const {
  return run(params, std::move(rows), nullptr);
}

template <typename T>
Pass<T> ReferenceNetwork<T>::forward(std::span<const T> params, std::vector<T> rows,
                                     const std::vector<Statistics<T>>& frozen) const {
  return run(params, std::move(rows), &frozen);
}

template <typename T>
Pass<T> ReferenceNetwork<T>::run(std::span<const T> params, std::vector<T> rows,
                                 const std::vector<Statistics<T>>* frozen) const {
  Pass<T> pass{.input = std::move(rows), .layers = {}};
  pass.layers.reserve(spec_.layers.size());
  std::size_t norm = 0;
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    const bool use_frozen = frozen != nullptr && spec_.layers[i].kind == LayerKind::kBatchNorm;
    pass.layers.push_back(forward_layer(i, tensors(params, i), pass.input_of(i),
                                        use_frozen ? &(*frozen)[norm++] : nullptr));
  }
  return pass;
}

template <typename T>
std::vector<Statistics<T>> ReferenceNetwork<T>::batch_norm_statistics(const Pass<T>& pass) const {
  std::vector<Statistics<T>> found;
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (spec_.layers[i].kind == LayerKind::kBatchNorm) found.push_back(pass.layers[i].statistics);
  }
  return found;
}

template <typename T>
std::vector<Statistics<T>> ReferenceNetwork<T>::unflattened(std::span<const float> flat) const {
  std::vector<Statistics<T>> found;
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (spec_.layers[i].kind != LayerKind::kBatchNorm) continue;
    const auto channels = static_cast<std::size_t>(layout_.layers[i].in.channels);
    const auto mean = flat.first(channels), variance = flat.subspan(channels, channels);
    found.push_back(completed<T>(norm_sets(i), {.mean = {mean.begin(), mean.end()},
                                                .variance = {variance.begin(), variance.end()},
                                                .inverse_deviation = {}}));
    flat = flat.subspan(2 * channels);
  }
  return found;
}

template <typename T>
std::vector<float> ReferenceNetwork<T>::flattened(
    const std::vector<Statistics<T>>& statistics) const {
  std::vector<float> flat;
  for (const auto& one : statistics) {
    for (const auto* values : {&one.mean, &one.variance}) {
      for (const T value : *values) flat.push_back(static_cast<float>(value));
    }
  }
  return flat;
}

template <typename T>
LayerRecord<T> ReferenceNetwork<T>::forward_layer(std::size_t layer,
                                                  const Tensors<const T>& tensors,
                                                  std::span<const T> input,
                                                  const Statistics<T>* frozen) const {
  const auto& shape = layout_.layers[layer];
  LayerRecord<T> record;
  auto& output = record.output;
  output.resize(input.size() / shape.in.size() * shape.out.size());
  switch (spec_.layers[layer].kind) {
    case LayerKind::kConv2d:
    case LayerKind::kLinear:
      convolve<T>(window(layer), {input, tensors.weight, tensors.bias, output});
      break;
    case LayerKind::kBatchNorm:
    case LayerKind::kGroupNorm:
      record.statistics = frozen != nullptr ? *frozen : statistics_of(norm_sets(layer), input);
      normalize<T>(norm_sets(layer), record.statistics,
                   {input, tensors.weight, tensors.bias, output});
      break;
    case LayerKind::kRelu:
      std::ranges::transform(input, output.begin(), [](T x) { return x > 0 ? x : T{0}; });
      break;
    case LayerKind::kTanh:
      std::ranges::transform(input, output.begin(), [](T x) { return std::tanh(x); });
      break;
    case LayerKind::kMaxPool:
      record.winners.resize(output.size());
      max_pool<T>(window(layer), input, output, record.winners);
      break;
    case LayerKind::kFlatten:
      std::ranges::copy(input, output.begin());
      break;
  }
  return record;
}

template <typename T>
std::vector<T> ReferenceNetwork<T>::backward(std::span<const T> params, const Pass<T>& pass,
                                             std::vector<T> d_outputs) const {
  std::vector<T> gradient(layout_.parameters);
  for (std::size_t i = spec_.layers.size(); i-- > 0;) {
    d_outputs =
        backward_layer(i, pass, tensors(params, i), d_outputs, tensors(std::span(gradient), i));
  }
  return gradient;
}

// Adds to the layer's `gradients` and gives the gradient by its input (empty for a first
// convolution or linear layer: nobody needs it).
template <typename T>
std::vector<T> ReferenceNetwork<T>::backward_layer(std::size_t layer, const Pass<T>& pass,
                                                   const Tensors<const T>& tensors,
                                                   std::span<const T> d_output,
                                                   const Tensors<T>& gradients) const {
  const std::span<const T> input = pass.input_of(layer);
  const auto& record = pass.layers[layer];
  std::vector<T> d_input(input.size());
  switch (spec_.layers[layer].kind) {
    case LayerKind::kConv2d:
    case LayerKind::kLinear: {
      if (layer == 0) d_input.clear();
      const auto d_bias = layout_.layers[layer].bias_is_dead ? std::span<T>{} : gradients.bias;
      convolve_backward<T>(window(layer),
                           {input, tensors.weight, d_output, gradients.weight, d_bias, d_input});
      break;
    }
    case LayerKind::kBatchNorm:
    case LayerKind::kGroupNorm:
      normalize_backward<T>(
          norm_sets(layer), record.statistics,
          {input, tensors.weight, d_output, gradients.weight, gradients.bias, d_input});
      break;
    case LayerKind::kRelu:  // dy/dx = 1 where y > 0
      std::ranges::transform(d_output, record.output, d_input.begin(),
                             [](T d, T y) { return y > 0 ? d : T{0}; });
      break;
    case LayerKind::kTanh:  // dy/dx = 1 - y^2
      std::ranges::transform(d_output, record.output, d_input.begin(),
                             [](T d, T y) { return d * (1 - y * y); });
      break;
    case LayerKind::kMaxPool:
      for (std::size_t i = 0; i < d_output.size(); ++i) {
        d_input[static_cast<std::size_t>(record.winners[i])] += d_output[i];
      }
      break;
    case LayerKind::kFlatten:
      std::ranges::copy(d_output, d_input.begin());
      break;
  }
  return d_input;
}

template <typename T>
template <typename U>
typename ReferenceNetwork<T>::template Tensors<U> ReferenceNetwork<T>::tensors(
    std::span<U> all, std::size_t layer) const {
  const auto one = [&](int index) {
    if (index < 0) return std::span<U>{};
    const auto& info = layout_.tensors[static_cast<std::size_t>(index)];
    return all.subspan(info.offset, info.size);
  };
  return {one(layout_.layers[layer].weight), one(layout_.layers[layer].bias)};
}

template <typename T>
Window ReferenceNetwork<T>::window(std::size_t layer) const {
  const auto& shape = layout_.layers[layer];
  Window window{
      .in = shape.in, .out = shape.out, .pad_top = shape.pad_top, .pad_left = shape.pad_left};
  if (spec_.layers[layer].kind != LayerKind::kLinear) {
    window.kernel = spec_.layers[layer].kernel;
    window.stride = spec_.layers[layer].stride;
  }
  return window;
}

template <typename T>
NormSets ReferenceNetwork<T>::norm_sets(std::size_t layer) const {
  const bool batch_norm = spec_.layers[layer].kind == LayerKind::kBatchNorm;
  return {.shape = layout_.layers[layer].in,
          .groups = batch_norm ? 0 : spec_.layers[layer].groups,
          .eps = spec_.layers[layer].eps};
}

template class ReferenceNetwork<float>;
template class ReferenceNetwork<double>;

}  // namespace anole::reference
