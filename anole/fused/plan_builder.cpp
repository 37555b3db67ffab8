#include "anole/fused/plan_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "anole/core/error.h"
#include "anole/fused/group_norm.h"

namespace anole::fused {
namespace {

// Rows of a weight gradient's group (pixels x batch): 96 rows of 64 channels on either side are
// 48 KB, about the first-level cache, and leave the sums' loads and stores some 4 % of the work.
constexpr int kGroupRows = 96;
// The same in bfloat16, whose sums stay in tiles: columns and pairs are 53 KB.
constexpr int kBf16GroupRows = 160;

// Results of a layer that are measured while they are still in the first-level cache.
constexpr std::ptrdiff_t kChunkFloats = 16 * 1024 / 4;

// Calls visit(first pixel, chunk) for chunks of `all`.
template <class Visit>
void for_chunks(const Measure& all, Visit visit) {
  const std::ptrdiff_t pixel = std::ptrdiff_t{all.extent.blocks} * all.extent.batch * kBlock;
  const int step = static_cast<int>(std::max<std::ptrdiff_t>(1, kChunkFloats / pixel));
  for (int first = 0; first < all.pixels; first += step) {
    Measure chunk = all;
    chunk.extent.pixels = std::min(step, all.pixels - first);
    chunk.source += first * pixel;
    chunk.first = first == 0;
    chunk.last = first + step >= all.pixels;
    visit(first, chunk);
  }
}

// The name of an operation in float, or in bfloat16.
std::string in_precision(std::string what, bool bf16) { return bf16 ? what + " in bf16" : what; }

int padded(int channels) { return (channels + kBlock - 1) / kBlock * kBlock; }

bool has_weights(LayerKind kind) {
  return kind == LayerKind::kConv2d || kind == LayerKind::kLinear;
}

}  // namespace

PlanBuilder::PlanBuilder(Plan& plan, const ModelSpec& spec)
    : plan_(plan), spec_(spec), layout_(layout(spec)), kernels_(plan.kernels_) {}

void PlanBuilder::build() {
  place_params();
  prepare_input();
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (!fused_.contains(i)) add_layer(i);
  }
  finish_output();
}

void PlanBuilder::add_layer(std::size_t index) {
  layer_name_ = spec_.layers[index].name;
  const auto kind = spec_.layers[index].kind;
  switch (kind) {
    case LayerKind::kConv2d:
    case LayerKind::kLinear:
      return add_weights(index);
    case LayerKind::kBatchNorm:
      return add_batch_norm(index);
    case LayerKind::kGroupNorm:
      return add_group_norm(index);
    case LayerKind::kRelu:
    case LayerKind::kTanh:
      return add_eltwise(kind);
    case LayerKind::kMaxPool:
      return add_max_pool(index);
    case LayerKind::kFlatten:
      return add_flatten(index);
  }
}

// ---- parameters and input

// Offsets of every tensor, then the arrays themselves and the statistics.
void PlanBuilder::place_params() {
  plan_.places_.resize(layout_.tensors.size());
  for (std::size_t i = 0; i < layout_.tensors.size(); ++i) {
    const auto& info = layout_.tensors[i];
    plan_.places_[i].flat_offset = info.offset;
    plan_.places_[i].flat_size = info.size;
  }
  std::size_t statistics = 0;
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (has_weights(spec_.layers[i].kind)) place_weights(i);
    if (spec_.layers[i].kind == LayerKind::kBatchNorm) {
      statistics += 2 * static_cast<std::size_t>(padded(layout_.layers[i].in.channels));
    }
  }
  for (auto& place : plan_.places_) {
    place.offset = plan_.array_floats_;
    const std::size_t size = place.rows.empty()
                                 ? place.flat_size
                                 : static_cast<std::size_t>(place.pack.weight_rows) *
                                       static_cast<std::size_t>(place.pack.channels_out);
    plan_.array_floats_ += (size + kBlock - 1) / kBlock * kBlock;
    place.pack.rows = place.rows.data();
  }
  const std::size_t arrays = train() ? 4 : 1;
  plan_.arrays_ = plan_.arena_.floats(arrays * plan_.array_floats_);
  statistics_ = plan_.arena_.floats(statistics);
  plan_.statistics_ = {statistics_, statistics};
}

// Flat rows are [in][tap], rows of the layout [tap][in].
void PlanBuilder::place_weights(std::size_t index) {
  const auto weights = weights_of(index);
  const auto& info = layout_.tensors[static_cast<std::size_t>(layout_.layers[index].weight)];
  auto& place = plan_.places_[static_cast<std::size_t>(layout_.layers[index].weight)];
  const int out = info.shape[0], taps = weights.window.taps();
  place.pack = {.row_count = static_cast<int>(info.size) / out,
                .out = out,
                .channels_out = weights.channels_out,
                .weight_rows = weights.rows()};
  for (int row = 0; row < place.pack.row_count; ++row) {
    place.rows.push_back(row % taps * weights.channels_in + row / taps);
  }
}

// Whether the first layer takes the input as [H][W][N][C]: rows of fewer than 16 channels would be
// mostly padding in blocks.
bool PlanBuilder::reads_raw_input() const {
  const auto& layers = spec_.layers;
  const auto first = std::ranges::find_if(
      layers, [](const Layer& layer) { return layer.kind != LayerKind::kFlatten; });
  if (spec_.input.channels >= kBlock || first == layers.end()) return false;
  return first->kind == LayerKind::kLinear ||
         (first->kind == LayerKind::kConv2d && first == layers.begin());
}

void PlanBuilder::prepare_input() {
  const auto& in = spec_.input;
  if (!reads_raw_input()) {
    value_ = new_value(in);
    value_.differentiable = false;
    plan_.input_ = {value_.data, in, in.width * pixel_floats(in), pixel_floats(in), false};
    return;
  }
  const auto& first = layout_.layers.front();  // pads are 0 unless it is a convolution
  const Shape image{in.channels, in.height + first.pad_top + first.pad_bottom,
                    in.width + first.pad_left + first.pad_right};
  const std::ptrdiff_t pixel = std::ptrdiff_t{plan_.batch_} * in.channels;
  value_ = {.data = plan_.arena_.floats(static_cast<std::size_t>(plan_.batch_) * image.size()),
            .shape = image,
            .raw = true};
  const std::ptrdiff_t line = image.width * pixel;
  plan_.input_ = {value_.data + first.pad_top * line + first.pad_left * pixel, in, line, pixel,
                  true};
}

// ---- layers

PlanBuilder::Weights PlanBuilder::weights_of(std::size_t index) const {
  const auto& shape = layout_.layers[index];
  Weights result{.window = window(index), .channels_out = padded(shape.out.channels)};
  const bool first = std::ranges::all_of(
      spec_.layers.begin(), spec_.layers.begin() + static_cast<std::ptrdiff_t>(index),
      [](const Layer& l) { return l.kind == LayerKind::kFlatten; });
  const int channels = shape.in.channels /
                       (spec_.layers[index].kind == LayerKind::kLinear ? result.window.taps() : 1);
  const bool raw = first && reads_raw_input();
  result.channels_in = raw ? channels : padded(channels);
  result.bf16 = plan_.bf16_ != nullptr && !raw && result.channels_in >= kBf16Block &&
                result.channels_out >= kBf16Block;
  if (plan_.arrays_ == nullptr) return result;  // still being placed
  result.weights = tensor(shape.weight);
  if (train()) result.gradient = tensor(shape.weight, ParamArray::kGradient);
  if (shape.bias >= 0 && !shape.bias_is_dead) {
    result.bias = tensor(shape.bias);
    if (train()) result.bias_gradient = tensor(shape.bias, ParamArray::kGradient);
  }
  return result;
}

void PlanBuilder::add_weights(std::size_t index) {
  const auto weights = weights_of(index);
  Value input = value_;
  if (weights.bf16) emit_bf16_source(input);
  value_ = new_value(layout_.layers[index].out);
  if (input.raw) value_.of_raw = std::make_shared<const Value>(input);
  measures_ = plan_.kind_ != PlanKind::kPredictFrozen && index + 1 < spec_.layers.size() &&
              spec_.layers[index + 1].kind == LayerKind::kBatchNorm;
  emit_product(input, weights, value_.data);
  on_backward([=, this, size = extent(value_.shape)](Buffer gradient) -> std::optional<Buffer> {
    if (weights.bias != nullptr) {
      emit(plan_.backward_, "gradient by bias",
           [&k = kernels_, size, from = gradient.data, to = weights.bias_gradient] {
             k.channel_sums(size, from, to);
           });
    }
    input.raw      ? emit_raw_weight_gradient(input, weights, gradient.data)
    : weights.bf16 ? emit_bf16_weight_gradient(input, weights, gradient.data)
                   : emit_weight_gradient(input, weights, gradient.data);
    if (!input.differentiable) return std::nullopt;
    const Buffer result = emit_input_gradient(input, weights, gradient.data);
    release(gradient);
    return result;
  });
}

PlanBuilder::Operands PlanBuilder::operands(const Value& input, const Weights& w) {
  return {.source = input.data,
          .weights = w.weights,
          .pixel = input.raw ? std::ptrdiff_t{plan_.batch_} * input.shape.channels
                             : pixel_floats(input.shape),
          .blocks = input.raw ? 1 : w.channels_in / kBlock,
          .tap_rows = w.channels_in};
}

PlanBuilder::Operands PlanBuilder::bf16_operands(const Value& input, const Weights& w) {
  const auto& b = *plan_.bf16_;
  const int words = bf16_padded(w.channels_in) / 2, taps = w.window.taps();
  const auto size = extent(input.shape);
  float* const rows =
      scratch(static_cast<std::size_t>(size.pixels) * static_cast<std::size_t>(size.batch * words));
  emit(plan_.forward_, "rows in bf16",
       [&b, size, from = input.data, rows] { b.rows(size, from, rows); });
  const Transpose weights{.source = w.weights,
                          .dest = scratch(static_cast<std::size_t>(taps * words) *
                                          static_cast<std::size_t>(w.channels_out)),
                          .taps = taps,
                          .channels_in = w.channels_in,
                          .channels_out = w.channels_out};
  emit(plan_.forward_, "weights in bf16", [&b, weights] { b.weights(weights); });
  return {.source = rows,
          .weights = weights.dest,
          .pixel = std::ptrdiff_t{plan_.batch_} * words,
          .blocks = words / kBlock,
          .tap_rows = words};
}

void PlanBuilder::emit_product(const Value& input, const Weights& w, float* result) {
  const auto operands = w.bf16 ? bf16_operands(input, w) : this->operands(input, w);
  const PixelSizes sizes{operands.pixel, std::ptrdiff_t{plan_.batch_} * w.channels_out};
  const auto lists =
      std::make_shared<const ProductLists>(forward_lists(w.window, sizes, operands.tap_rows));
  const Product product{.source = operands.source,
                        .weights = operands.weights,
                        .bias = w.bias,
                        .dest = result,
                        .positions = lists->positions.data(),
                        .taps = lists->taps.data(),
                        .position_count = static_cast<int>(lists->positions.size()),
                        .batch = plan_.batch_,
                        .blocks = operands.blocks,
                        .row_channels = input.raw ? w.channels_in : kBlock,
                        .channels_out = w.channels_out,
                        .weight_rows = w.window.taps() * operands.tap_rows};
  release_scratch();
  const auto multiply = w.bf16 ? plan_.bf16_->product : kernels_.product;
  if (!measures_) {
    emit(plan_.forward_, in_precision("forward", w.bf16),
         [multiply, lists, product] { multiply(product); });
    return;
  }
  const Measure all = measure_of(value_);
  emit(plan_.forward_, in_precision("forward, statistics", w.bf16),
       [&k = kernels_, multiply, lists, product, all] {
         for_chunks(all, [&](int first, const Measure& chunk) {
           Product part = product;
           part.positions += first;
           part.position_count = chunk.extent.pixels;
           multiply(part);
           k.measure(chunk);
         });
       });
}

// Of a batch-norm that comes next, over the whole of `value`.
Measure PlanBuilder::measure_of(const Value& value) {
  const auto channels = static_cast<std::size_t>(padded(value.shape.channels));
  return {.extent = extent(value.shape),
          .source = value.data,
          .mean = statistics_,
          .variance = statistics_ + channels,
          .sums = plan_.arena_.floats(channels),
          .pixels = value.shape.height * value.shape.width};
}

void PlanBuilder::emit_weight_gradient(const Value& input, const Weights& w,
                                       const float* gradient) {
  const PixelSizes sizes{pixel_floats(input.shape), std::ptrdiff_t{plan_.batch_} * w.channels_out};
  const auto lists = std::make_shared<const GradientLists>(
      gradient_lists(w.window, sizes, std::max(1, kGroupRows / plan_.batch_)));
  const WeightGradient job{.source = input.data,
                           .dest = gradient,
                           .gradient = w.gradient,
                           .runs = lists->runs.data(),
                           .first_run = lists->first_run.data(),
                           .groups = lists->groups,
                           .taps = w.window.taps(),
                           .batch = plan_.batch_,
                           .blocks = w.channels_in / kBlock,
                           .channels_out = w.channels_out,
                           .source_step = w.window.stride * sizes.source,
                           .dest_step = sizes.dest};
  emit(plan_.backward_, "gradient by weights",
       [&k = kernels_, lists, job] { k.weight_gradient(job); });
}

// The input as the gradient by the weights reads it; kept until then.
void PlanBuilder::emit_bf16_source(Value& input) {
  const auto& b = *plan_.bf16_;
  const auto size = extent(input.shape);
  float* const words = plan_.arena_.floats(static_cast<std::size_t>(size.pixels * size.blocks) *
                                           static_cast<std::size_t>(b.source_words(size.batch)));
  emit(plan_.forward_, "input in bf16",
       [&b, size, from = input.data, words] { b.source(size, from, words); });
  input.bf16_source = words;
}

void PlanBuilder::emit_bf16_weight_gradient(const Value& input, const Weights& w,
                                            const float* gradient) {
  const auto& b = *plan_.bf16_;
  const Extent result{.pixels = w.window.out_height * w.window.out_width,
                      .blocks = w.channels_out / kBlock,
                      .batch = plan_.batch_};
  const int pairs = bf16_pairs(plan_.batch_), blocks = w.channels_in / kBlock;
  const PixelSizes sizes{std::ptrdiff_t{blocks} * b.source_words(plan_.batch_),
                         std::ptrdiff_t{pairs} * w.channels_out};
  float* const dest =
      scratch(static_cast<std::size_t>(result.pixels) * static_cast<std::size_t>(sizes.dest));
  emit(plan_.backward_, "gradient in bf16",
       [&b, result, gradient, dest] { b.pairs(result, gradient, dest); });
  const auto lists = std::make_shared<const GradientLists>(
      gradient_lists(w.window, sizes, std::max(1, kBf16GroupRows / plan_.batch_)));
  const WeightGradient job{.source = input.bf16_source,
                           .dest = dest,
                           .gradient = w.gradient,
                           .runs = lists->runs.data(),
                           .first_run = lists->first_run.data(),
                           .groups = lists->groups,
                           .taps = w.window.taps(),
                           .batch = pairs,
                           .blocks = blocks,
                           .channels_out = w.channels_out,
                           .source_step = w.window.stride * sizes.source,
                           .dest_step = sizes.dest};
  emit(plan_.backward_, "gradient by weights in bf16",
       [&b, lists, job] { b.weight_gradient(job); });
  release_scratch();
}

void PlanBuilder::emit_raw_weight_gradient(const Value& input, const Weights& w,
                                           const float* gradient) {
  const auto job = raw_weight_gradient(input, w, gradient, 0, w.window.out_height);
  emit(plan_.backward_, "gradient by weights",
       [&k = kernels_, job] { k.raw_weight_gradient(job->work); });
}

// Over the output rows [first, last), of which `gradient` is the gradient.
std::shared_ptr<const PlanBuilder::RawGradientJob> PlanBuilder::raw_weight_gradient(
    const Value& input, const Weights& w, const float* gradient, int first, int last) const {
  const std::ptrdiff_t pixel = std::ptrdiff_t{plan_.batch_} * w.channels_in;
  const PixelSizes sizes{pixel, std::ptrdiff_t{plan_.batch_} * w.channels_out};
  auto job = std::make_shared<RawGradientJob>();
  job->runs = raw_runs(w.window, sizes, std::max(1, 2 * kGroupRows / plan_.batch_), first, last);
  for (int tap = 0; tap < w.window.taps(); ++tap) {
    const int y = tap / w.window.kernel_width, x = tap % w.window.kernel_width;
    for (int c = 0; c < w.channels_in; ++c) {
      job->offsets.push_back((std::ptrdiff_t{y} * w.window.in_width + x) * pixel + c);
    }
  }
  job->work = {.source = input.data,
               .dest = gradient,
               .gradient = w.gradient,
               .runs = job->runs.data(),
               .offsets = job->offsets.data(),
               .run_count = static_cast<int>(job->runs.size()),
               .weight_rows = w.rows(),
               .batch = plan_.batch_,
               .row_channels = w.channels_in,
               .channels_out = w.channels_out,
               .source_step = w.window.stride * pixel,
               .dest_step = sizes.dest,
               .add = first > 0};
  return job;
}

// Transposed weights have one place for all layers, used up before the next fills it: it stays in
// the cache.
PlanBuilder::Operands PlanBuilder::transposed_operands(const Weights& w, const float* gradient) {
  const Transpose transpose{.source = w.weights,
                            .dest = scratch(static_cast<std::size_t>(w.rows()) *
                                            static_cast<std::size_t>(w.channels_out)),
                            .taps = w.window.taps(),
                            .channels_in = w.channels_in,
                            .channels_out = w.channels_out};
  emit(plan_.backward_, "transposed weights",
       [&k = kernels_, transpose] { k.transpose(transpose); });
  return {.source = gradient,
          .weights = transpose.dest,
          .pixel = std::ptrdiff_t{plan_.batch_} * w.channels_out,
          .blocks = w.channels_out / kBlock,
          .tap_rows = w.channels_out};
}

PlanBuilder::Operands PlanBuilder::bf16_transposed_operands(const Weights& w,
                                                            const float* gradient) {
  const auto& b = *plan_.bf16_;
  const int words = bf16_padded(w.channels_out) / 2, taps = w.window.taps();
  const Extent size{.pixels = w.window.out_height * w.window.out_width,
                    .blocks = w.channels_out / kBlock,
                    .batch = plan_.batch_};
  float* const rows =
      scratch(static_cast<std::size_t>(size.pixels) * static_cast<std::size_t>(size.batch * words));
  emit(plan_.backward_, "rows in bf16",
       [&b, size, gradient, rows] { b.rows(size, gradient, rows); });
  const Transpose transpose{.source = w.weights,
                            .dest = scratch(static_cast<std::size_t>(taps * words) *
                                            static_cast<std::size_t>(w.channels_in)),
                            .taps = taps,
                            .channels_in = w.channels_in,
                            .channels_out = w.channels_out};
  emit(plan_.backward_, "transposed weights in bf16", [&b, transpose] { b.transposed(transpose); });
  return {.source = rows,
          .weights = transpose.dest,
          .pixel = std::ptrdiff_t{plan_.batch_} * words,
          .blocks = words / kBlock,
          .tap_rows = words};
}

PlanBuilder::Buffer PlanBuilder::emit_input_gradient(const Value& input, const Weights& w,
                                                     const float* gradient) {
  const auto operands =
      w.bf16 ? bf16_transposed_operands(w, gradient) : transposed_operands(w, gradient);
  const Buffer result = acquire(floats(input.shape));
  const PixelSizes sizes{operands.pixel, pixel_floats(input.shape)};
  auto found = backward_lists(w.window, sizes, operands.tap_rows);
  // Those with the same taps side by side: AMX does two of them at once.
  if (w.bf16) std::ranges::stable_sort(found.positions, {}, &Position::first_tap);
  const auto lists = std::make_shared<const ProductLists>(std::move(found));
  const Product product{.source = operands.source,
                        .weights = operands.weights,
                        .dest = result.data,
                        .positions = lists->positions.data(),
                        .taps = lists->taps.data(),
                        .position_count = static_cast<int>(lists->positions.size()),
                        .batch = plan_.batch_,
                        .blocks = operands.blocks,
                        .row_channels = kBlock,
                        .channels_out = w.channels_in,
                        .weight_rows = w.window.taps() * operands.tap_rows};
  const auto multiply = w.bf16 ? plan_.bf16_->product : kernels_.product;
  emit(plan_.backward_, in_precision("gradient by input", w.bf16),
       [multiply, lists, product] { multiply(product); });
  release_scratch();
  return result;
}

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
                            .scratch = plan_.arena_.floats(4 * channels),
                            .eps = static_cast<float>(spec_.layers[index].eps),
                            .relu = tail.relu};
  if (plan_.kind_ != PlanKind::kPredictFrozen && !std::exchange(measures_, false)) {
    emit(plan_.forward_, "statistics",
         [&k = kernels_, all = measure_of(input)] { k.measure(all); });
  }
  statistics_ += 2 * channels;
  if (tail.pool != nullptr) return add_norm_pool(index, input, forward, tail);
  emit(plan_.forward_, tail.relu ? "forward, ReLU" : "forward",
       [&k = kernels_, forward] { k.norm_forward(forward); });
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const auto backward = norm_backward(index, forward, gradient.data);
    emit(plan_.backward_, backward.relu ? "backward, ReLU" : "backward",
         [&k = kernels_, backward] { k.norm_backward(backward); });
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
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
      .winner_sources = train() ? plan_.arena_.floats(floats(tail.shape)) : nullptr};
  const char* const names[] = {", max-pool", ", max-pool, ReLU"};
  emit(plan_.forward_, std::string("forward") + names[tail.relu],
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
  float* const scratch = plan_.arena_.floats(static_cast<std::size_t>(most * row_floats));
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
  const auto moments = static_cast<std::size_t>(2 * plan_.batch_ * layer.groups);
  const GroupNormInputs in{input.data, tensor(shape.weight), tensor(shape.bias),
                           plan_.arena_.floats(moments)};
  emit(plan_.forward_, "forward",
       [norm, in, out = value_.data] { group_norm_forward(norm, in, out); });
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const GroupNormGradients out{gradient.data, tensor(shape.weight, ParamArray::kGradient),
                                 tensor(shape.bias, ParamArray::kGradient)};
    emit(plan_.backward_, "backward", [norm, in, out] { group_norm_backward(norm, in, out); });
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
}

void PlanBuilder::add_eltwise(LayerKind kind) {
  const Value input = value_;
  value_ = new_value(input.shape);
  value_.differentiable = input.differentiable;
  const bool relu = kind == LayerKind::kRelu;
  const auto forward = relu ? kernels_.relu_forward : kernels_.tanh_forward;
  const auto backward = relu ? kernels_.relu_backward : kernels_.tanh_backward;
  const auto size = floats(input.shape);
  emit(plan_.forward_, "forward",
       [forward, from = input.data, to = value_.data, size] { forward(from, to, size); });
  if (!input.differentiable) return;
  on_backward([=, this, result = value_.data](Buffer gradient) -> std::optional<Buffer> {
    emit(plan_.backward_, "backward",
         [backward, result, to = gradient.data, size] { backward(result, to, size); });
    return gradient;
  });
}

void PlanBuilder::add_max_pool(std::size_t index) {
  const Value input = value_;
  value_ = new_value(layout_.layers[index].out);
  value_.differentiable = input.differentiable;
  const auto lists = std::make_shared<const PoolLists>(
      pool_lists(window(index), {pixel_floats(input.shape), pixel_floats(value_.shape)}));
  Pool pool{.windows = lists->windows.data(),
            .sources = lists->sources.data(),
            .window_count = static_cast<int>(lists->windows.size()),
            .lanes = static_cast<int>(pixel_floats(value_.shape))};
  if (train() && input.differentiable) {
    pool.winners = reinterpret_cast<std::int32_t*>(plan_.arena_.floats(floats(value_.shape)));
  }
  emit(plan_.forward_, "forward",
       [&k = kernels_, lists, pool, from = input.data, to = value_.data] {
         k.pool_forward(pool, from, to);
       });
  if (!input.differentiable) return;
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const Buffer result = acquire(floats(input.shape));
    emit(plan_.backward_, "backward", [&k = kernels_, lists, pool, from = gradient.data, result] {
      k.pool_backward(pool, from, result.data, result.floats);
    });
    release(gradient);
    return result;
  });
}

// A linear layer takes images as they are, with its weights in their order; anything else needs
// the channels C*H*W of one pixel.
void PlanBuilder::add_flatten(std::size_t index) {
  if (index + 1 == spec_.layers.size()) return;  // the output is read in C, H, W order anyway
  const auto next = spec_.layers[index + 1].kind;
  if (next == LayerKind::kLinear || next == LayerKind::kFlatten) return;
  const Value input = value_;
  if (input.shape.height == 1 && input.shape.width == 1) return;
  value_ = new_value({.channels = static_cast<int>(input.shape.size())});
  value_.differentiable = input.differentiable;
  const auto places = std::make_shared<std::vector<std::pair<std::size_t, std::size_t>>>();
  const auto batch = static_cast<std::size_t>(plan_.batch_);
  const auto place = [&](int row, int channel, std::size_t pixel, int channels) {
    const auto block = static_cast<std::size_t>(channel / kBlock) +
                       pixel * static_cast<std::size_t>(blocks(channels));
    return (block * batch + static_cast<std::size_t>(row)) * kBlock +
           static_cast<std::size_t>(channel % kBlock);
  };
  const int pixels = input.shape.height * input.shape.width;
  for (int row = 0; row < plan_.batch_; ++row) {
    for (int c = 0; c < value_.shape.channels; ++c) {
      places->emplace_back(
          place(row, c / pixels, static_cast<std::size_t>(c % pixels), input.shape.channels),
          place(row, c, 0, value_.shape.channels));
    }
  }
  emit(plan_.forward_, "forward", [places, from = input.data, to = value_.data] {
    for (const auto& [image, channel] : *places) to[channel] = from[image];
  });
  if (!input.differentiable) return;
  // Not from the released buffers: padding must hold zeros.
  const Buffer result{plan_.arena_.floats(floats(input.shape)), 0};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    emit(plan_.backward_, "backward", [places, from = gradient.data, to = result.data] {
      for (const auto& [image, channel] : *places) to[image] = from[channel];
    });
    release(gradient);
    return result;
  });
}

// The output leaves as rows [B, N], and its gradient comes in so.
void PlanBuilder::finish_output() {
  layer_name_ = "output";
  const auto shape = value_.shape;
  const auto rows = static_cast<std::size_t>(plan_.batch_), width = shape.size();
  const int pixels = shape.height * shape.width;
  const auto places = std::make_shared<std::vector<std::size_t>>();
  for (int row = 0; row < plan_.batch_; ++row) {
    for (int i = 0; i < static_cast<int>(width); ++i) {
      const int channel = i / pixels, pixel = i % pixels;
      const int block = pixel * blocks(shape.channels) + channel / kBlock;
      places->push_back(
          static_cast<std::size_t>((block * plan_.batch_ + row) * kBlock + channel % kBlock));
    }
  }
  plan_.output_ = {plan_.arena_.floats(rows * width), rows * width};
  emit(plan_.forward_, "rows", [places, from = value_.data, to = plan_.output_.data()] {
    for (std::size_t i = 0; i < places->size(); ++i) to[i] = from[(*places)[i]];
  });
  if (!train()) return;
  plan_.output_gradient_ = {plan_.arena_.floats(rows * width), rows * width};
  Buffer gradient{plan_.arena_.floats(floats(shape)), floats(shape)};
  emit(plan_.backward_, "gradient rows", [places, from = plan_.output_gradient_.data(), gradient] {
    std::fill_n(gradient.data, gradient.floats, 0.0f);
    for (std::size_t i = 0; i < places->size(); ++i) gradient.data[(*places)[i]] = from[i];
  });
  for (auto closure = closures_.rbegin(); closure != closures_.rend(); ++closure) {
    layer_name_ = closure->layer;
    const auto next = closure->emit(gradient);
    if (!next) break;
    gradient = *next;
  }
}

// ---- places

// Of a convolution or pooling; a linear layer's window is the whole image.
Window PlanBuilder::window(std::size_t index) const {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  if (layer.kind == LayerKind::kLinear) {
    // The image before the flatten layers, if these stand right before.
    std::size_t first = index;
    while (first > 0 && spec_.layers[first - 1].kind == LayerKind::kFlatten) --first;
    const auto& in = layout_.layers[first].in;
    return {.in_height = in.height,
            .in_width = in.width,
            .kernel_height = in.height,
            .kernel_width = in.width};
  }
  Window result{.in_height = shape.in.height,
                .in_width = shape.in.width,
                .out_height = shape.out.height,
                .out_width = shape.out.width,
                .kernel_height = layer.kernel,
                .kernel_width = layer.kernel,
                .stride = layer.stride,
                .pad_top = shape.pad_top,
                .pad_left = shape.pad_left};
  if (index == 0 && reads_raw_input()) {  // its padding is part of the input
    result.in_height += shape.pad_top + shape.pad_bottom;
    result.in_width += shape.pad_left + shape.pad_right;
    result.pad_top = result.pad_left = 0;
  }
  return result;
}

std::ptrdiff_t PlanBuilder::pixel_floats(const Shape& shape) const {
  return std::ptrdiff_t{plan_.batch_} * padded(shape.channels);
}

std::size_t PlanBuilder::floats(const Shape& shape) const {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width) *
         static_cast<std::size_t>(pixel_floats(shape));
}

Extent PlanBuilder::extent(const Shape& shape) const {
  return {.pixels = shape.height * shape.width,
          .blocks = blocks(shape.channels),
          .batch = plan_.batch_};
}

PlanBuilder::Value PlanBuilder::new_value(const Shape& shape) {
  return {.data = plan_.arena_.floats(floats(shape)), .shape = shape, .differentiable = true};
}

// The smallest released buffer that is large enough, else a new one. Only gradients come back here.
PlanBuilder::Buffer PlanBuilder::acquire(std::size_t floats) {
  auto best = free_.end();
  for (auto buffer = free_.begin(); buffer != free_.end(); ++buffer) {
    if (buffer->floats < floats) continue;
    if (best == free_.end() || buffer->floats < best->floats) best = buffer;
  }
  if (best == free_.end()) return {plan_.arena_.floats(floats), floats};
  const Buffer found = *best;
  free_.erase(best);
  return found;
}

float* PlanBuilder::scratch(std::size_t floats) {
  scratch_.push_back(acquire(floats));
  return scratch_.back().data;
}
void PlanBuilder::release_scratch() {
  for (const auto& buffer : scratch_) release(buffer);
  scratch_.clear();
}

float* PlanBuilder::tensor(int index, ParamArray array) const {
  return plan_.arrays_ + static_cast<std::size_t>(array) * plan_.array_floats_ +
         plan_.places_[static_cast<std::size_t>(index)].offset;
}

void PlanBuilder::emit(std::vector<Plan::Operation>& out, std::string_view what,
                       std::function<void()> run) {
  out.push_back({fmt::format("{} {}", layer_name_, what), std::move(run)});
}

}  // namespace anole::fused
