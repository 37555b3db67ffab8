#include <memory>
#include <utility>

#include "anole/fused/group_norm.h"
#include "anole/fused/plan_builder.h"

namespace anole::fused {

// What follows a batch-norm and joins it.
struct PlanBuilder::NormTail {
  std::shared_ptr<const PoolLists> pool;  // null: none
  Shape shape = {};                       // of the result
  bool relu = false;
};

// A max-pool joins if its windows hold every pixel once, a ReLU at once or after a max-pool; marks
// as done what joins.
PlanBuilder::NormTail PlanBuilder::norm_tail(std::size_t norm_index) {
  NormTail tail;
  tail.shape = layout_.layers[norm_index].in;
  const auto kind_at = [&](std::size_t i) {
    return i < spec_.layers.size() ? std::optional(spec_.layers[i].kind) : std::nullopt;
  };
  std::size_t next = norm_index + 1;
  if (kind_at(next) == LayerKind::kMaxPool) {
    const auto& out = layout_.layers[next].out;
    auto lists = pool_lists(window(next), {pixel_floats(tail.shape), pixel_floats(out)});
    const int pixels = tail.shape.height * tail.shape.width;
    if (spec_.layers[next].kernel <= spec_.layers[next].stride &&
        lists.sources.size() == static_cast<std::size_t>(pixels)) {
      tail.pool = std::make_shared<const PoolLists>(std::move(lists));
      tail.shape = out;
      fused_.insert(next);
    }
    ++next;
  }
  tail.relu = kind_at(next) == LayerKind::kRelu;
  if (tail.relu) fused_.insert(next);
  return tail;
}

void PlanBuilder::add_batch_norm(std::size_t index) {
  const auto& shape = layout_.layers[index];
  const auto channels = static_cast<std::size_t>(padded(shape.in.channels));
  const Value input = value_;
  const auto tail = norm_tail(index);
  value_ = new_value(tail.shape);
  const NormForward forward{.extent = extent(input.shape),
                            .arrays = {.source = input.data,
                                       .scale = tensor(shape.weight),
                                       .shift = tensor(shape.bias),
                                       .mean = statistics_,
                                       .variance = statistics_ + channels},
                            .dest = value_.data,
                            .scratch = new_floats("scratch", Plan::Use::kScratch, 4 * channels),
                            .eps = static_cast<float>(spec_.layers[index].eps),
                            .relu = tail.relu};
  if (plan_.kind_ != PlanKind::kPredictFrozen && !std::exchange(measures_, false)) {
    const Measure all = measure_of(input);
    emit(plan_.forward_, "statistics", {all.mean, all.sums},
         [&k = kernels_, all] { k.measure(all); });
  }
  statistics_ += 2 * channels;
  if (tail.pool != nullptr) return add_norm_pool(index, input, forward, tail);
  emit(plan_.forward_, tail.relu ? "forward, ReLU" : "forward", {forward.dest, forward.scratch},
       [&k = kernels_, forward] { k.norm_forward(forward); });
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const auto backward = norm_backward(index, forward, gradient.data);
    emit(plan_.backward_, backward.relu ? "backward, ReLU" : "backward",
         {gradient.data, backward.scale_gradient, backward.shift_gradient, backward.scratch},
         [&k = kernels_, backward] { k.norm_backward(backward); });
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
}

// Of a batch-norm that comes next, over the whole of `value`.
Measure PlanBuilder::measure_of(const Value& value) {
  const auto channels = static_cast<std::size_t>(padded(value.shape.channels));
  return {.extent = extent(value.shape),
          .source = value.data,
          .mean = statistics_,
          .variance = statistics_ + channels,
          .sums = new_floats("sums", Plan::Use::kScratch, channels),
          .pixels = value.shape.height * value.shape.width};
}

void PlanBuilder::add_norm_pool(std::size_t index, const Value& input, const NormForward& norm,
                                const NormTail& tail) {
  const Pool pool{.windows = tail.pool->windows.data(),
                  .sources = tail.pool->sources.data(),
                  .window_count = static_cast<int>(tail.pool->windows.size()),
                  .lanes = static_cast<int>(pixel_floats(tail.shape))};
  const NormPoolForward forward{
      .norm = norm,
      .pool = pool,
      .winner_sources =
          train() ? new_floats("winners", Plan::Use::kActivations, floats(tail.shape)) : nullptr};
  const char* const names[] = {", max-pool", ", max-pool, ReLU"};
  emit(plan_.forward_, std::string("forward") + names[tail.relu],
       {norm.dest, norm.scratch, forward.winner_sources},
       [&k = kernels_, lists = tail.pool, forward] { k.norm_pool_forward(forward); });
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    NormPoolBackward backward{.norm = norm_backward(index, norm, nullptr),
                              .pool = pool,
                              .winner_sources = forward.winner_sources,
                              .dest_gradient = gradient.data,
                              .last_window = pool.window_count};
    const auto name = std::string("backward") + names[tail.relu];
    if (input.of_raw != nullptr && has_weights(spec_.layers[index - 1].kind)) {
      emit_norm_pool_into_raw(index, input, backward, tail);
      return std::nullopt;
    }
    const Buffer result = acquire(floats(input.shape));
    backward.norm.gradient = result.data;
    emit(plan_.backward_, name,
         {result.data, backward.norm.scale_gradient, backward.norm.shift_gradient, norm.scratch},
         [&k = kernels_, lists = tail.pool, backward] { k.norm_pool_backward(backward); });
    release(gradient);
    return input.differentiable ? std::optional(result) : std::nullopt;
  });
}

// Behind the convolution that reads the network's input: its gradient is needed for its weights
// alone, and is the largest of the network. It is made and used up one row of windows at a time.
void PlanBuilder::emit_norm_pool_into_raw(std::size_t index, const Value& input,
                                          const NormPoolBackward& backward, const NormTail& tail) {
  struct Part {
    NormPoolBackward norm;
    std::shared_ptr<const RawGradientJob> weights;
  };
  const auto weights = weights_of(index - 1);
  const auto& w = weights.window;
  const auto row_floats = static_cast<std::ptrdiff_t>(floats(input.shape)) / input.shape.height;
  // The first source row of each row of windows, and the last's end.
  std::vector<int> tops;
  for (int y = 0; y < tail.shape.height; ++y) {
    const auto& window = tail.pool->windows[static_cast<std::size_t>(y * tail.shape.width)];
    tops.push_back(
        static_cast<int>(tail.pool->sources[static_cast<std::size_t>(window.first)] / row_floats));
  }
  tops.push_back(w.out_height);
  int most = 0;
  for (std::size_t y = 0; y + 1 < tops.size(); ++y) most = std::max(most, tops[y + 1] - tops[y]);
  float* const scratch =
      new_floats("some rows", Plan::Use::kScratch, static_cast<std::size_t>(most * row_floats));
  std::vector<Part> parts;
  for (int y = 0; y < tail.shape.height; ++y) {
    const auto i = static_cast<std::size_t>(y);
    Part part{backward, raw_weight_gradient(*input.of_raw, weights, scratch, tops[i], tops[i + 1])};
    part.norm.first_window = y * tail.shape.width;
    part.norm.last_window = part.norm.first_window + tail.shape.width;
    part.norm.gradient_start = tops[i] * row_floats;
    part.norm.norm.gradient = scratch;
    parts.push_back(std::move(part));
  }
  emit(plan_.backward_, "backward, max-pool, into gradient by weights",
       {weights.gradient, scratch, backward.norm.scale_gradient, backward.norm.shift_gradient,
        backward.norm.scratch},
       [&k = kernels_, lists = tail.pool, parts = std::move(parts)] {
         for (const auto& part : parts) {
           k.norm_pool_backward(part.norm);
           k.raw_weight_gradient(part.weights->work);
         }
       });
}

NormBackward PlanBuilder::norm_backward(std::size_t index, const NormForward& forward,
                                        float* gradient) const {
  const auto& shape = layout_.layers[index];
  return {.extent = forward.extent,
          .arrays = forward.arrays,
          .gradient = gradient,
          .scale_gradient = tensor(shape.weight, ParamArray::kGradient),
          .shift_gradient = tensor(shape.bias, ParamArray::kGradient),
          .scratch = forward.scratch,
          .eps = forward.eps,
          .relu = forward.relu};
}

void PlanBuilder::add_group_norm(std::size_t index) {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  const Value input = value_;
  value_ = new_value(input.shape);
  const GroupNormShape norm{.batch = plan_.batch_,
                            .channels = shape.in.channels,
                            .pixels = shape.in.height * shape.in.width,
                            .groups = layer.groups,
                            .eps = static_cast<float>(layer.eps)};
  const auto moments =
      2 * static_cast<std::size_t>(plan_.batch_) * static_cast<std::size_t>(layer.groups);
  const GroupNormInputs in{input.data, tensor(shape.weight), tensor(shape.bias),
                           new_floats("moments", Plan::Use::kActivations, moments)};
  emit(plan_.forward_, "forward", {value_.data, in.moments},
       [norm, in, out = value_.data] { group_norm_forward(norm, in, out); });
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const GroupNormGradients out{gradient.data, tensor(shape.weight, ParamArray::kGradient),
                                 tensor(shape.bias, ParamArray::kGradient)};
    emit(plan_.backward_, "backward", {out.data, out.scale, out.shift},
         [norm, in, out] { group_norm_backward(norm, in, out); });
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
}

void PlanBuilder::add_max_pool(std::size_t index) {
  const Value input = value_;
  value_ = new_value(layout_.layers[index].out);
  value_.differentiable = input.differentiable;
  const auto lists = std::make_shared<const PoolLists>(
      pool_lists(window(index), {pixel_floats(input.shape), pixel_floats(value_.shape)}));
  float* winners = nullptr;
  Pool pool{.windows = lists->windows.data(),
            .sources = lists->sources.data(),
            .window_count = static_cast<int>(lists->windows.size()),
            .lanes = static_cast<int>(pixel_floats(value_.shape))};
  if (train() && input.differentiable) {
    winners = new_floats("winners", Plan::Use::kActivations, floats(value_.shape));
    pool.winners = reinterpret_cast<std::int32_t*>(winners);
  }
  emit(plan_.forward_, "forward", {value_.data, winners},
       [&k = kernels_, lists, pool, from = input.data, to = value_.data] {
         k.pool_forward(pool, from, to);
       });
  if (!input.differentiable) return;
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const Buffer result = acquire(floats(input.shape));
    emit(plan_.backward_, "backward", {result.data},
         [&k = kernels_, lists, pool, from = gradient.data, result] {
           k.pool_backward(pool, from, result.data, result.floats);
         });
    release(gradient);
    return result;
  });
}

}  // namespace anole::fused
