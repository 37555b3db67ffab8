#include <algorithm>
#include <memory>
#include <utility>

#include "anole/fused/plan_builder.h"

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

}  // namespace

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
      emit(plan_.backward_, "gradient by bias", {weights.bias_gradient},
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
  emit(plan_.forward_, "rows in bf16", {rows},
       [&b, size, from = input.data, rows] { b.rows(size, from, rows); });
  const Transpose weights{.source = w.weights,
                          .dest = scratch(static_cast<std::size_t>(taps * words) *
                                          static_cast<std::size_t>(w.channels_out)),
                          .taps = taps,
                          .channels_in = w.channels_in,
                          .channels_out = w.channels_out};
  emit(plan_.forward_, "weights in bf16", {weights.dest}, [&b, weights] { b.weights(weights); });
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
    emit(plan_.forward_, in_precision("forward", w.bf16), {result},
         [multiply, lists, product] { multiply(product); });
    return;
  }
  const Measure all = measure_of(value_);
  emit(plan_.forward_, in_precision("forward, statistics", w.bf16), {result, all.mean, all.sums},
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
  emit(plan_.backward_, "gradient by weights", {w.gradient},
       [&k = kernels_, lists, job] { k.weight_gradient(job); });
}

// The input as the gradient by the weights reads it; kept until then.
void PlanBuilder::emit_bf16_source(Value& input) {
  const auto& b = *plan_.bf16_;
  const auto size = extent(input.shape);
  float* const words = new_floats("input in bf16", Plan::Use::kActivations,
                                  static_cast<std::size_t>(size.pixels * size.blocks) *
                                      static_cast<std::size_t>(b.source_words(size.batch)));
  emit(plan_.forward_, "input in bf16", {words},
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
  emit(plan_.backward_, "gradient in bf16", {dest},
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
  emit(plan_.backward_, "gradient by weights in bf16", {w.gradient},
       [&b, lists, job] { b.weight_gradient(job); });
  release_scratch();
}

void PlanBuilder::emit_raw_weight_gradient(const Value& input, const Weights& w,
                                           const float* gradient) {
  const auto job = raw_weight_gradient(input, w, gradient, 0, w.window.out_height);
  emit(plan_.backward_, "gradient by weights", {w.gradient},
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
  emit(plan_.backward_, "transposed weights", {transpose.dest},
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
  emit(plan_.backward_, "rows in bf16", {rows},
       [&b, size, gradient, rows] { b.rows(size, gradient, rows); });
  const Transpose transpose{.source = w.weights,
                            .dest = scratch(static_cast<std::size_t>(taps * words) *
                                            static_cast<std::size_t>(w.channels_in)),
                            .taps = taps,
                            .channels_in = w.channels_in,
                            .channels_out = w.channels_out};
  emit(plan_.backward_, "transposed weights in bf16", {transpose.dest},
       [&b, transpose] { b.transposed(transpose); });
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
  emit(plan_.backward_, in_precision("gradient by input", w.bf16), {result.data},
       [multiply, lists, product] { multiply(product); });
  release_scratch();
  return result;
}

}  // namespace anole::fused
