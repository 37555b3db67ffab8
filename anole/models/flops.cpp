#include "anole/models/flops.h"

namespace anole {
namespace {

std::int64_t forward_flops(const Layer& layer, const LayerShape& shape) {
  const auto inputs = static_cast<std::int64_t>(shape.in.channels),
             outputs = static_cast<std::int64_t>(shape.out.size());
  if (layer.kind == LayerKind::kConv2d) return 2 * outputs * layer.kernel * layer.kernel * inputs;
  if (layer.kind == LayerKind::kLinear) return 2 * outputs * inputs;
  return 0;
}

}  // namespace

std::vector<LayerFlops> layer_flops(const ModelSpec& spec) {
  const auto shapes = layout(spec).layers;
  std::vector<LayerFlops> flops(spec.layers.size());
  bool first = true;
  for (std::size_t i = 0; i < flops.size(); ++i) {
    const auto forward = forward_flops(spec.layers[i], shapes[i]);
    if (forward == 0) continue;
    flops[i] = {
        .forward = forward, .backward_data = first ? 0 : forward, .backward_weights = forward};
    first = false;
  }
  return flops;
}

std::int64_t inner_step_flops(const ModelSpec& spec, int batch) {
  std::int64_t row = 0;
  for (const auto& layer : layer_flops(spec)) row += layer.all();
  return batch * row;
}

}  // namespace anole
