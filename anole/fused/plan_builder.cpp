#include "anole/fused/plan_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole::fused {
namespace {

constexpr std::size_t kMaxFloats = std::numeric_limits<int>::max();

}  // namespace

PlanBuilder::PlanBuilder(Plan& plan, const ModelSpec& spec)
    : plan_(plan), spec_(spec), layout_(layout(spec)), kernels_(plan.kernels_) {}

void PlanBuilder::build() {
  check_sizes();
  place_params();
  prepare_input();
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (!fused_.contains(i)) add_layer(i);
  }
  finish_output();
}

// Lists and kernels count in int inside one value of a whole batch. This makes it enough: a batch's
// row count times the padded channels, and so every product of the two, fits.
void PlanBuilder::check_sizes() const {
  const auto check = [&](std::string_view name, const Shape& shape, int channels) {
    const auto row = Shape{channels, shape.height, shape.width}.size();
    if (row <= kMaxFloats / static_cast<std::size_t>(plan_.batch_)) return;
    throw Error(
        "model '{}', {}: a batch of {} rows of {}, {} numbers each with padding, is too large; at "
        "most {} numbers are supported; use fewer rows at a time",
        spec_.name, name, plan_.batch_, describe(shape), row, kMaxFloats);
  };
  const auto& in = spec_.input;
  check("input", in, reads_raw_input() ? in.channels : padded(in.channels));
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    const auto& out = layout_.layers[i].out;
    check(fmt::format("layer '{}'", spec_.layers[i].name), out, padded(out.channels));
  }
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
  name_arrays();
  name_statistics();
}

void PlanBuilder::name_arrays() {
  constexpr const char* kSuffixes[] = {"", " gradient", " second moment", " first moment"};
  for (std::size_t array = 0; array < (train() ? 4 : 1); ++array) {
    for (std::size_t i = 0; i < plan_.places_.size(); ++i) {
      const auto begin = plan_.places_[i].offset;
      const auto end =
          i + 1 < plan_.places_.size() ? plan_.places_[i + 1].offset : plan_.array_floats_;
      name_buffer(layout_.tensors[i].name + kSuffixes[array], Plan::Use::kParameters,
                  plan_.arrays_ + array * plan_.array_floats_ + begin, end - begin);
    }
  }
}

void PlanBuilder::name_statistics() {
  const float* start = statistics_;
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (spec_.layers[i].kind != LayerKind::kBatchNorm) continue;
    const auto size = 2 * static_cast<std::size_t>(padded(layout_.layers[i].in.channels));
    name_buffer(spec_.layers[i].name + " statistics", Plan::Use::kActivations, start, size);
    start += size;
  }
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
  layer_name_ = "input";
  const auto& in = spec_.input;
  if (!reads_raw_input()) {
    value_ = new_value(in, "rows");
    value_.differentiable = false;
    plan_.input_ = {value_.data, in, in.width * pixel_floats(in), pixel_floats(in), false};
    return;
  }
  const auto& first = layout_.layers.front();  // pads are 0 unless it is a convolution
  const Shape image{in.channels, in.height + first.pad_top + first.pad_bottom,
                    in.width + first.pad_left + first.pad_right};
  const std::ptrdiff_t pixel = std::ptrdiff_t{plan_.batch_} * in.channels;
  value_ = {.data = new_floats("rows", Plan::Use::kActivations,
                               static_cast<std::size_t>(plan_.batch_) * image.size()),
            .shape = image,
            .raw = true};
  const std::ptrdiff_t line = image.width * pixel;
  plan_.input_ = {value_.data + first.pad_top * line + first.pad_left * pixel, in, line, pixel,
                  true};
}

void PlanBuilder::add_eltwise(LayerKind kind) {
  const Value input = value_;
  value_ = new_value(input.shape);
  value_.differentiable = input.differentiable;
  const bool relu = kind == LayerKind::kRelu;
  const auto forward = relu ? kernels_.relu_forward : kernels_.tanh_forward;
  const auto backward = relu ? kernels_.relu_backward : kernels_.tanh_backward;
  const auto size = floats(input.shape);
  emit(plan_.forward_, "forward", {value_.data},
       [forward, from = input.data, to = value_.data, size] { forward(from, to, size); });
  if (!input.differentiable) return;
  on_backward([=, this, result = value_.data](Buffer gradient) -> std::optional<Buffer> {
    emit(plan_.backward_, "backward", {gradient.data},
         [backward, result, to = gradient.data, size] { backward(result, to, size); });
    return gradient;
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
  emit(plan_.forward_, "forward", {value_.data}, [places, from = input.data, to = value_.data] {
    for (const auto& [image, channel] : *places) to[channel] = from[image];
  });
  if (!input.differentiable) return;
  // Not from the released buffers: padding must hold zeros.
  const Buffer result{new_floats("gradient", Plan::Use::kScratch, floats(input.shape)), 0};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    emit(plan_.backward_, "backward", {result.data},
         [places, from = gradient.data, to = result.data] {
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
  plan_.output_ = {new_floats("rows", Plan::Use::kActivations, rows * width), rows * width};
  emit(plan_.forward_, "rows", {plan_.output_.data()},
       [places, from = value_.data, to = plan_.output_.data()] {
         for (std::size_t i = 0; i < places->size(); ++i) to[i] = from[(*places)[i]];
       });
  if (!train()) return;
  plan_.output_gradient_ = {new_floats("gradient", Plan::Use::kScratch, rows * width),
                            rows * width};
  Buffer gradient = new_shared(floats(shape));
  emit(plan_.backward_, "gradient rows", {gradient.data},
       [places, from = plan_.output_gradient_.data(), gradient] {
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

float* PlanBuilder::new_floats(std::string_view what, Plan::Use use, std::size_t floats) {
  float* const start = plan_.arena_.floats(floats);
  name_buffer(fmt::format("{} {}", layer_name_, what), use, start, floats);
  return start;
}

void PlanBuilder::name_buffer(std::string name, Plan::Use use, const float* start,
                              std::size_t floats) {
  plan_.buffers_.push_back({std::move(name), use, start, Arena::bytes(floats)});
}

PlanBuilder::Value PlanBuilder::new_value(const Shape& shape, std::string_view what) {
  return {.data = new_floats(what, Plan::Use::kActivations, floats(shape)),
          .shape = shape,
          .differentiable = true};
}

PlanBuilder::Buffer PlanBuilder::new_shared(std::size_t floats) {
  float* const start = plan_.arena_.floats(floats);
  name_buffer(fmt::format("shared {}", ++shared_), Plan::Use::kScratch, start, floats);
  return {start, floats};
}

// The smallest released buffer that is large enough, else a new one. Only gradients come back here.
PlanBuilder::Buffer PlanBuilder::acquire(std::size_t floats) {
  auto best = free_.end();
  for (auto buffer = free_.begin(); buffer != free_.end(); ++buffer) {
    if (buffer->floats < floats) continue;
    if (best == free_.end() || buffer->floats < best->floats) best = buffer;
  }
  if (best == free_.end()) return new_shared(floats);
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
                       std::initializer_list<const float*> writes, std::function<void()> run) {
  Plan::Operation operation{fmt::format("{} {}", layer_name_, what), std::move(run), {}};
  for (const float* const address : writes) {
    if (address != nullptr) operation.writes.push_back(buffer_of(address));
  }
  out.push_back(std::move(operation));
}

std::size_t PlanBuilder::buffer_of(const float* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto found = std::ranges::find_if(plan_.buffers_, [at](const Plan::Buffer& buffer) {
    const auto start = reinterpret_cast<std::uintptr_t>(buffer.start);
    return start <= at && at < start + buffer.bytes;
  });
  ANOLE_CHECK(found != plan_.buffers_.end());
  return static_cast<std::size_t>(found - plan_.buffers_.begin());
}

}  // namespace anole::fused
