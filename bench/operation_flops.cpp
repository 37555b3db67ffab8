#include "bench/operation_flops.h"

#include "anole/models/flops.h"

namespace anole::bench {
namespace {

// Of the layer named so, or with `before` of the nearest one before it that has weights.
LayerFlops flops_of(const ModelSpec& spec, std::string_view layer, bool before) {
  const auto all = layer_flops(spec);
  LayerFlops last_with_weights;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (spec.layers[i].name == layer) return before ? last_with_weights : all[i];
    if (all[i].forward > 0) last_with_weights = all[i];
  }
  return {};  // "output"
}

}  // namespace

std::int64_t operation_flops(const ModelSpec& spec, int batch, std::string_view operation) {
  const auto space = operation.find(' ');
  const auto layer = operation.substr(0, space), what = operation.substr(space + 1);
  const auto own = flops_of(spec, layer, false);
  if (what.starts_with("forward")) return batch * own.forward;
  if (what.starts_with("gradient by input")) return batch * own.backward_data;
  if (what.starts_with("gradient by weights")) return batch * own.backward_weights;
  // A norm's gradient that is used up at once, for the weights of the layer before.
  if (what.ends_with("into gradient by weights")) {
    return batch * flops_of(spec, layer, true).backward_weights;
  }
  return 0;
}

}  // namespace anole::bench
