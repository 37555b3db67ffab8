#include "anole/onednn/plan_builder.h"

#include <algorithm>
#include <tuple>

#include "anole/core/error.h"
#include "anole/onednn/group_norm.h"

namespace anole::onednn {
namespace {

constexpr std::size_t kAlignedFloats = 16;  // 64 bytes

std::size_t aligned(std::size_t count) {
  return (count + kAlignedFloats - 1) / kAlignedFloats * kAlignedFloats;
}

// A reference implementation is correct and up to 100 times slower; another layout may avoid it.
template <class PrimitiveDesc>
bool is_slow(const std::optional<PrimitiveDesc>& description) {
  return !description || std::string_view(description->impl_info_str()).starts_with("ref");
}

}  // namespace

PlanBuilder::PlanBuilder(Plan& plan, const ModelSpec& spec)
    : plan_(plan), spec_(spec), layout_(layout(spec)) {
  tensor_descs_.resize(layout_.tensors.size());
  plan_.places_.resize(layout_.tensors.size());
}

void PlanBuilder::build() {
  try {
    plan_.stream_ = dnnl::stream(cpu());
    add_all();
  } catch (const dnnl::error& error) {
    throw Error(
        "model '{}', layer '{}': oneDNN cannot run it on a batch of {}: {}; use engine fused",
        spec_.name, layer_name_, plan_.batch_, error.what());
  }
}

void PlanBuilder::add_all() {
  layer_name_ = "input";
  const auto& in = spec_.input;
  value_.data = reserve(plain(with_batch(in)));
  plan_.input_ = value_.data.offset;
  plan_.row_floats_ = in.size();
  for (std::size_t i = 0; i < spec_.layers.size(); ++i) {
    if (!fused_.contains(i)) add_layer(i);
  }
  finish_output();
  finish_places();
  plan_.scratch_ = plan_.arena_.reserve(scratch_bytes_);
  plan_.scratch_bytes_ = plan_.arena_.size() - plan_.scratch_;
  plan_.arena_.allocate();
  resolve(forward_, plan_.forward_);
  resolve(backward_, plan_.backward_);
}

void PlanBuilder::add_layer(std::size_t index) {
  const auto& layer = spec_.layers[index];
  layer_name_ = layer.name;
  switch (layer.kind) {
    case LayerKind::kConv2d:
      return add_conv(index);
    case LayerKind::kLinear:
      return add_linear(index);
    case LayerKind::kBatchNorm:
      return add_batch_norm(index);
    case LayerKind::kGroupNorm:
      return add_group_norm(index);
    case LayerKind::kRelu:
    case LayerKind::kTanh:
      return add_eltwise(layer);
    case LayerKind::kMaxPool:
      return add_max_pool(index);
    case LayerKind::kFlatten:
      return add_flatten(index);
  }
}

// ---- layers

void PlanBuilder::add_conv(std::size_t index) {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  reshape(with_batch(shape.in));
  const bool bias = shape.bias >= 0 && !shape.bias_is_dead;
  const Dims weights{layer.out, shape.in.channels, layer.kernel, layer.kernel};
  const auto forward = conv_forward(
      {any(with_batch(shape.in)), any(weights), any(with_batch(shape.out)), bias, window(index)});
  const Value input = value_in_layout(value_, forward.src_desc());
  const Buffer weight = tensor(shape.weight, forward.weights_desc());
  const Buffer result = reserve(forward.dst_desc());
  std::vector<std::pair<int, Buffer>> arguments{
      {DNNL_ARG_SRC, input.data}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DST, result}};
  if (bias) arguments.emplace_back(DNNL_ARG_BIAS, tensor(shape.bias, plain({layer.out})));
  emit(forward_, "forward", forward, std::move(arguments));
  value_ = {.data = result, .differentiable = true};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    emit_conv_backward_weights(forward, index, input.data, gradient);
    if (!input.differentiable) return std::nullopt;
    const Buffer input_gradient = emit_conv_backward_data(forward, index, input.data, gradient);
    release(gradient);
    return input_gradient;
  });
}

template <class PrimitiveDesc>
void PlanBuilder::emit_conv_backward_weights(const PrimitiveDesc& forward, std::size_t index,
                                             const Buffer& source, const Buffer& gradient) {
  const auto& shape = layout_.layers[index];
  const Buffer weight_gradient = gradient_of(tensor(shape.weight, forward.weights_desc()));
  const bool bias = shape.bias >= 0 && !shape.bias_is_dead;
  auto backward = conv_backward_weights(
      {source.desc, weight_gradient.desc, gradient.desc, bias, window(index)}, forward);
  if (is_slow(backward)) {
    backward = conv_backward_weights({any(dims_of(source.desc)), any(dims_of(weight_gradient.desc)),
                                      any(dims_of(gradient.desc)), bias, window(index)},
                                     forward);
  }
  ANOLE_CHECK(backward.has_value());
  const Buffer source2 = in_layout(source, backward->src_desc(), backward_, "reorder of input");
  const Buffer gradient2 =
      in_layout(gradient, backward->diff_dst_desc(), backward_, "reorder of gradient");
  std::optional<Buffer> bias_gradient;
  if (bias) bias_gradient = gradient_of(tensor(shape.bias, plain({shape.out.channels})));
  emit_backward_weights(*backward, source2, gradient2, {weight_gradient, bias_gradient});
}

// Emits `backward` into the gradient array, through a buffer where it wants another layout.
template <class PrimitiveDesc>
void PlanBuilder::emit_backward_weights(const PrimitiveDesc& backward, const Buffer& source,
                                        const Buffer& gradient, const WeightGradients& to) {
  const bool same = backward.diff_weights_desc() == to.weight.desc;
  const Buffer target = same ? to.weight : acquire(backward.diff_weights_desc());
  std::vector<std::pair<int, Buffer>> arguments{
      {DNNL_ARG_SRC, source}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_WEIGHTS, target}};
  if (to.bias) arguments.emplace_back(DNNL_ARG_DIFF_BIAS, *to.bias);
  emit(backward_, "backward weights", backward, std::move(arguments));
  if (same) return;
  emit(backward_, "reorder of weight gradient", reorder(target.desc, to.weight.desc),
       {{DNNL_ARG_FROM, target}, {DNNL_ARG_TO, to.weight}});
  release(target);
}

template <class PrimitiveDesc>
PlanBuilder::Buffer PlanBuilder::emit_conv_backward_data(const PrimitiveDesc& forward,
                                                         std::size_t index, const Buffer& source,
                                                         const Buffer& gradient) {
  const auto& shape = layout_.layers[index];
  const Buffer weight = tensor(shape.weight, forward.weights_desc());
  const auto weights = any(dims_of(weight.desc));
  auto backward =
      conv_backward_data({source.desc, weights, gradient.desc, false, window(index)}, forward);
  if (is_slow(backward)) {
    backward = conv_backward_data(
        {any(dims_of(source.desc)), weights, any(dims_of(gradient.desc)), false, window(index)},
        forward);
  }
  ANOLE_CHECK(backward.has_value());
  const Buffer weight2 =
      in_layout(weight, backward->weights_desc(), backward_, "reorder of weights");
  const Buffer gradient2 =
      in_layout(gradient, backward->diff_dst_desc(), backward_, "reorder of gradient");
  const Buffer result = acquire(backward->diff_src_desc());
  emit(backward_, "backward data", *backward,
       {{DNNL_ARG_WEIGHTS, weight2}, {DNNL_ARG_DIFF_DST, gradient2}, {DNNL_ARG_DIFF_SRC, result}});
  return in_layout(result, source.desc, backward_, "reorder of input gradient");
}

void PlanBuilder::add_linear(std::size_t index) {
  const auto& shape = layout_.layers[index];
  auto weights =
      dims_of(value_.data.desc);  // [out, C, H, W] after a folded flatten, else [out, in]
  weights[0] = shape.out.channels;
  const bool bias = shape.bias >= 0 && !shape.bias_is_dead;
  const Dims out{plan_.batch_, shape.out.channels};
  const auto forward = linear_forward({value_.data.desc, any(weights), plain(out), bias});
  const Value input = value_in_layout(value_, forward.src_desc());
  const Buffer weight = tensor(shape.weight, forward.weights_desc());
  const Buffer result = reserve(forward.dst_desc());
  std::vector<std::pair<int, Buffer>> arguments{
      {DNNL_ARG_SRC, input.data}, {DNNL_ARG_WEIGHTS, weight}, {DNNL_ARG_DST, result}};
  if (bias) arguments.emplace_back(DNNL_ARG_BIAS, tensor(shape.bias, plain({shape.out.channels})));
  emit(forward_, "forward", forward, std::move(arguments));
  value_ = {.data = result, .differentiable = true};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const Buffer weight_gradient = gradient_of(weight);
    auto backward = linear_backward_weights(
        {input.data.desc, weight_gradient.desc, gradient.desc, bias}, forward);
    if (!backward) {
      backward =
          linear_backward_weights({input.data.desc, any(weights), gradient.desc, bias}, forward);
    }
    ANOLE_CHECK(backward.has_value());
    std::optional<Buffer> bias_gradient;
    if (bias) bias_gradient = gradient_of(tensor(shape.bias, plain({shape.out.channels})));
    emit_backward_weights(*backward, input.data, gradient, {weight_gradient, bias_gradient});
    if (!input.differentiable) return std::nullopt;
    const auto data =
        linear_backward_data({input.data.desc, any(weights), gradient.desc, false}, forward);
    const Buffer weight2 = in_layout(weight, data.weights_desc(), backward_, "reorder of weights");
    const Buffer input_gradient = acquire(data.diff_src_desc());
    emit(backward_, "backward data", data,
         {{DNNL_ARG_WEIGHTS, weight2},
          {DNNL_ARG_DIFF_DST, gradient},
          {DNNL_ARG_DIFF_SRC, input_gradient}});
    release(gradient);
    return in_layout(input_gradient, input.data.desc, backward_, "reorder of input gradient");
  });
}

// Whether the ReLU that follows, at once or after a max-pool, joins this batch-norm; marks it as
// done.
bool PlanBuilder::fuses_relu(std::size_t norm_index) {
  std::size_t next = norm_index + 1;
  if (next < spec_.layers.size() && spec_.layers[next].kind == LayerKind::kMaxPool) ++next;
  if (next >= spec_.layers.size() || spec_.layers[next].kind != LayerKind::kRelu) return false;
  fused_.insert(next);
  return true;
}

void PlanBuilder::add_batch_norm(std::size_t index) {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  const bool frozen = plan_.kind_ == PlanKind::kPredictFrozen;
  const NormShape norm{.data = value_.data.desc,
                       .eps = static_cast<float>(layer.eps),
                       .relu = fuses_relu(index),
                       .frozen = frozen};
  const auto forward = norm_forward(norm);
  const Desc channels = plain({shape.in.channels});
  const Buffer scale = tensor(shape.weight, channels), shift = tensor(shape.bias, channels);
  const auto width = aligned(static_cast<std::size_t>(shape.in.channels));
  const Buffer mean{channels, plan_.statistics_floats_, Region::kStatistics};
  const Buffer variance{channels, plan_.statistics_floats_ + width, Region::kStatistics};
  plan_.statistics_floats_ += 2 * width;
  const Value input = value_;
  const Buffer result = reserve(forward.dst_desc());
  std::vector<std::pair<int, Buffer>> arguments{
      {DNNL_ARG_SRC, input.data}, {DNNL_ARG_SCALE, scale},       {DNNL_ARG_SHIFT, shift},
      {DNNL_ARG_MEAN, mean},      {DNNL_ARG_VARIANCE, variance}, {DNNL_ARG_DST, result}};
  const bool workspace = norm.relu && !frozen;
  const Buffer mask = workspace ? reserve(forward.workspace_desc()) : Buffer{};
  if (workspace) arguments.emplace_back(DNNL_ARG_WORKSPACE, mask);
  emit(forward_, norm.relu ? "forward, ReLU" : "forward", forward, std::move(arguments));
  value_ = {.data = result, .differentiable = true};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const auto backward = norm_backward(norm, forward);
    std::vector<std::pair<int, Buffer>> to{{DNNL_ARG_SRC, input.data},
                                           {DNNL_ARG_SCALE, scale},
                                           {DNNL_ARG_SHIFT, shift},
                                           {DNNL_ARG_MEAN, mean},
                                           {DNNL_ARG_VARIANCE, variance},
                                           {DNNL_ARG_DIFF_DST, gradient},
                                           {DNNL_ARG_DIFF_SRC, gradient},  // in place
                                           {DNNL_ARG_DIFF_SCALE, gradient_of(scale)},
                                           {DNNL_ARG_DIFF_SHIFT, gradient_of(shift)}};
    if (workspace) to.emplace_back(DNNL_ARG_WORKSPACE, mask);
    emit(backward_, norm.relu ? "backward, ReLU" : "backward", backward, std::move(to));
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
}

void PlanBuilder::add_group_norm(std::size_t index) {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  const Value input = value_in_layout(value_, plain(dims_of(value_.data.desc)));
  const Desc channels = plain({shape.in.channels});
  const Buffer scale = tensor(shape.weight, channels), shift = tensor(shape.bias, channels);
  const Buffer result = reserve(input.data.desc);
  const Buffer moments = reserve(plain({2, plan_.batch_, layer.groups}));
  const GroupNormShape norm{.batch = plan_.batch_,
                            .channels = shape.in.channels,
                            .pixels = shape.in.height * shape.in.width,
                            .groups = layer.groups,
                            .eps = static_cast<float>(layer.eps)};
  const auto inputs = [=, this] {
    return GroupNormInputs{floats(input.data), floats(scale), floats(shift), floats(moments)};
  };
  const std::vector<Buffer> touched{input.data, scale, shift, moments, result};
  emit_own(forward_, "forward", touched, [=, this] {
    return [norm, in = inputs(), out = floats(result)] { group_norm_forward(norm, in, out); };
  });
  value_ = {.data = result, .differentiable = true};
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const std::vector<Buffer> touched{
        input.data, scale, shift, moments, gradient, gradient_of(scale), gradient_of(shift)};
    emit_own(backward_, "backward", touched, [=, this] {
      const GroupNormGradients out{floats(gradient), floats(gradient_of(scale)),
                                   floats(gradient_of(shift))};
      return [norm, in = inputs(), out] { group_norm_backward(norm, in, out); };
    });
    return input.differentiable ? std::optional(gradient) : std::nullopt;
  });
}

void PlanBuilder::add_eltwise(const Layer& layer) {
  const auto alg = layer.kind == LayerKind::kRelu ? dnnl::algorithm::eltwise_relu_use_dst_for_bwd
                                                  : dnnl::algorithm::eltwise_tanh_use_dst_for_bwd;
  const Value input = value_;
  const auto forward = eltwise_forward(alg, input.data.desc, train());
  const Buffer result = reserve(forward.dst_desc());
  emit(forward_, "forward", forward, {{DNNL_ARG_SRC, input.data}, {DNNL_ARG_DST, result}});
  value_.data = result;
  if (!input.differentiable) return;
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    emit(backward_, "backward", eltwise_backward(alg, result.desc, forward),
         {{DNNL_ARG_DST, result}, {DNNL_ARG_DIFF_DST, gradient}, {DNNL_ARG_DIFF_SRC, gradient}});
    return gradient;
  });
}

void PlanBuilder::add_max_pool(std::size_t index) {
  const auto& shape = layout_.layers[index];
  reshape(with_batch(shape.in));
  const Value input = value_;
  const auto forward =
      pool_forward(input.data.desc, any(with_batch(shape.out)), window(index), train());
  const Buffer result = reserve(forward.dst_desc());
  std::vector<std::pair<int, Buffer>> arguments{{DNNL_ARG_SRC, input.data}, {DNNL_ARG_DST, result}};
  const Buffer winners = train() ? reserve(forward.workspace_desc()) : Buffer{};
  if (train()) arguments.emplace_back(DNNL_ARG_WORKSPACE, winners);
  emit(forward_, "forward", forward, std::move(arguments));
  value_.data = result;
  if (!input.differentiable) return;
  on_backward([=, this](Buffer gradient) -> std::optional<Buffer> {
    const auto backward = pool_backward(input.data.desc, result.desc, window(index), forward);
    const Buffer input_gradient = acquire(input.data.desc);
    emit(backward_, "backward", backward,
         {{DNNL_ARG_DIFF_DST, gradient},
          {DNNL_ARG_WORKSPACE, winners},
          {DNNL_ARG_DIFF_SRC, input_gradient}});
    release(gradient);
    return input_gradient;
  });
}

// A linear layer takes images as they are, with its weights in their order; anything else needs
// rows.
void PlanBuilder::add_flatten(std::size_t index) {
  if (index + 1 < spec_.layers.size() && spec_.layers[index + 1].kind == LayerKind::kLinear) return;
  reshape({plan_.batch_, static_cast<dnnl::memory::dim>(layout_.layers[index].in.size())});
}

// The value as rows [B, C] or images [B, C, H, W] of the same numbers; nothing if it is that
// already. Convolutions and pools take images, behind a linear layer or flatten those of one pixel.
void PlanBuilder::reshape(const Dims& dims) {
  const Desc before = plain(dims_of(value_.data.desc));
  if (dims_of(before) == dims) return;
  value_ = value_in_layout(value_, before);
  value_.data.desc = plain(dims);
  if (!value_.differentiable) return;
  on_backward([before](Buffer gradient) -> std::optional<Buffer> {
    gradient.desc = before;
    return gradient;
  });
}

void PlanBuilder::finish_output() {
  layer_name_ = "output";
  value_ = value_in_layout(value_, plain(dims_of(value_.data.desc)));
  plan_.output_ = value_.data.offset;
  plan_.output_floats_ =
      static_cast<std::size_t>(plan_.batch_) * static_cast<std::size_t>(layout_.outputs);
  if (!train()) return;
  Buffer gradient = reserve(value_.data.desc);
  plan_.output_gradient_ = gradient.offset;
  for (auto closure = closures_.rbegin(); closure != closures_.rend(); ++closure) {
    layer_name_ = closure->layer;
    const auto next = closure->emit(gradient);
    if (!next) break;
    gradient = *next;
  }
}

// ---- buffers and operations

Window PlanBuilder::window(std::size_t index) const {
  const auto& layer = spec_.layers[index];
  const auto& shape = layout_.layers[index];
  return {.kernel = {layer.kernel, layer.kernel},
          .strides = {layer.stride, layer.stride},
          .pad_begin = {shape.pad_top, shape.pad_left},
          .pad_end = {shape.pad_bottom, shape.pad_right}};
}

Dims PlanBuilder::with_batch(const Shape& shape) const {
  return {plan_.batch_, shape.channels, shape.height, shape.width};
}

PlanBuilder::Buffer PlanBuilder::reserve(const Desc& desc) {
  return {.desc = desc, .offset = plan_.arena_.reserve(desc.get_size())};
}

PlanBuilder::Buffer PlanBuilder::acquire(const Desc& desc) {
  const auto fits =
      std::lower_bound(free_.begin(), free_.end(), std::pair(desc.get_size(), std::size_t{0}));
  if (fits == free_.end()) return reserve(desc);
  const Buffer buffer{.desc = desc, .offset = fits->second};
  sizes_[fits->second] = fits->first;
  free_.erase(fits);
  return buffer;
}

// Only gradients come back here; the last one of the forward values never does.
void PlanBuilder::release(const Buffer& buffer) {
  const auto known = sizes_.find(buffer.offset);
  const auto bytes = known != sizes_.end() ? known->second : buffer.desc.get_size();
  const std::pair entry(bytes, buffer.offset);
  free_.insert(std::lower_bound(free_.begin(), free_.end(), entry), entry);
}

PlanBuilder::Buffer PlanBuilder::tensor(int index, const Desc& desc) {
  const auto i = static_cast<std::size_t>(index);
  auto& place = plan_.places_[i];
  if (place.flat_size == 0) {
    const auto& info = layout_.tensors[i];
    place.flat_offset = info.offset;
    place.flat_size = info.size;
    place.offset = plan_.array_floats_;
    plan_.array_floats_ += aligned(desc.get_size() / sizeof(float));
    tensor_descs_[i] = desc;
  }
  return {.desc = desc, .offset = place.offset, .region = Region::kParams};
}

PlanBuilder::Buffer PlanBuilder::gradient_of(const Buffer& tensor) const {
  return {.desc = tensor.desc, .offset = tensor.offset, .region = Region::kGradient};
}

PlanBuilder::Buffer PlanBuilder::in_layout(const Buffer& buffer, const Desc& desc, Emitted& out,
                                           const char* what) {
  if (buffer.desc == desc) return buffer;
  const Buffer target = reserve(desc);
  emit(out, what, reorder(buffer.desc, desc), {{DNNL_ARG_FROM, buffer}, {DNNL_ARG_TO, target}});
  return target;
}

PlanBuilder::Value PlanBuilder::value_in_layout(const Value& value, const Desc& desc) {
  if (value.data.desc == desc) return value;
  const Buffer data = in_layout(value.data, desc, forward_, "reorder");
  if (value.differentiable) {
    on_backward([this, from = value.data.desc](Buffer gradient) -> std::optional<Buffer> {
      return in_layout(gradient, from, backward_, "reorder of gradient");
    });
  }
  return {.data = data, .differentiable = value.differentiable};
}

template <class PrimitiveDesc>
void PlanBuilder::emit(Emitted& out, const char* what, const PrimitiveDesc& description,
                       std::vector<std::pair<int, Buffer>> arguments) {
  PendingOperation pending;
  pending.operation.name = label(what);
  pending.operation.implementation = description.impl_info_str();
  pending.operation.primitive = dnnl::primitive(description.get());
  pending.arguments = std::move(arguments);
  pending.scratch_bytes = description.scratchpad_desc().get_size();
  scratch_bytes_ = std::max(scratch_bytes_, pending.scratch_bytes);
  out.push_back(std::move(pending));
}

void PlanBuilder::on_backward(Backward emit) {
  closures_.push_back({layer_name_, std::move(emit)});
}

void PlanBuilder::emit_own(Emitted& out, const char* what, const std::vector<Buffer>& touched,
                           std::function<std::function<void()>()> make) {
  PendingOperation pending;
  pending.operation.name = label(what);
  for (const auto& buffer : touched) pending.operation.bytes += buffer.desc.get_size();
  pending.make_own = std::move(make);
  out.push_back(std::move(pending));
}

float* PlanBuilder::floats(const Buffer& buffer) const {
  return reinterpret_cast<float*>(address(buffer));
}

// Reserves the parameter arrays, and makes the conversions at the border.
void PlanBuilder::finish_places() {
  for (std::size_t i = 0; i < layout_.tensors.size(); ++i) {
    const auto& info = layout_.tensors[i];
    auto& place = plan_.places_[i];
    if (place.flat_size == 0) {  // a dead bias: stored, never read
      (void)tensor(static_cast<int>(i), plain({static_cast<dnnl::memory::dim>(info.size)}));
      continue;
    }
    const Desc blocked = tensor_descs_[i], flat = plain(dims_of(blocked));
    place.blocked = blocked != flat;
    if (!place.blocked) continue;
    place.to_blocked = dnnl::reorder(dnnl::reorder::primitive_desc(cpu(), flat, cpu(), blocked));
    place.to_flat = dnnl::reorder(dnnl::reorder::primitive_desc(cpu(), blocked, cpu(), flat));
    place.flat_memory = dnnl::memory(flat, cpu(), nullptr);
    place.blocked_memory = dnnl::memory(blocked, cpu(), nullptr);
  }
  const std::size_t arrays = train() ? 4 : 1;
  plan_.arrays_ = plan_.arena_.reserve(arrays * plan_.array_floats_ * sizeof(float));
  plan_.statistics_ = plan_.arena_.reserve(plan_.statistics_floats_ * sizeof(float));
}

std::byte* PlanBuilder::address(const Buffer& buffer) const {
  const std::size_t bytes = buffer.offset * sizeof(float);
  switch (buffer.region) {
    case Region::kArena:
      return plan_.arena_.at(buffer.offset);
    case Region::kParams:
      return plan_.arena_.at(plan_.arrays_ + bytes);
    case Region::kGradient:
      return plan_.arena_.at(plan_.arrays_ + plan_.array_floats_ * sizeof(float) + bytes);
    case Region::kStatistics:
      return plan_.arena_.at(plan_.statistics_ + bytes);
  }
  return nullptr;
}

void PlanBuilder::resolve(Emitted& pending, std::vector<Plan::Operation>& done) {
  for (auto& item : pending) {
    if (item.make_own) item.operation.own = item.make_own();
    const auto add = [&](int argument, const Desc& desc, std::byte* data) {
      plan_.memories_.emplace_back(desc, cpu(), data);
      item.operation.arguments.push_back({argument, plan_.memories_.back().get()});
      item.operation.bytes += desc.get_size();
    };
    for (const auto& [argument, buffer] : item.arguments)
      add(argument, buffer.desc, address(buffer));
    if (item.scratch_bytes > 0) {
      const Desc scratch({static_cast<dnnl::memory::dim>(item.scratch_bytes)},
                         dnnl::memory::data_type::u8, dnnl::memory::format_tag::x);
      add(DNNL_ARG_SCRATCHPAD, scratch, plan_.arena_.at(plan_.scratch_));
    }
    done.push_back(std::move(item.operation));
  }
  pending.clear();
}

}  // namespace anole::onednn
