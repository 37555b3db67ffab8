#include "anole/onednn/primitives.h"

#include <utility>

namespace anole::onednn {
namespace {

constexpr bool kVersion3 = DNNL_VERSION_MAJOR >= 3;

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

// A primitive description from the arguments that both API generations share: 3.x takes them with
// the engine, 2.x through an operation descriptor first. `hint` is the forward description of a
// backward primitive.
template <class Primitive, class... Args, class... Hint>
typename Primitive::primitive_desc describe(const std::tuple<Args...>& args, const Hint&... hint) {
  return std::apply(
      [&](const auto&... arg) {
#if DNNL_VERSION_MAJOR >= 3
        return typename Primitive::primitive_desc(cpu(), arg..., hint..., attributes());
#else
        return typename Primitive::primitive_desc(typename Primitive::desc(arg...), attributes(),
                                                  cpu(), hint...);
#endif
      },
      args);
}

// nullopt where oneDNN answers that it has no such implementation.
template <class Make>
auto if_implemented(Make make) -> std::optional<decltype(make())> {
  try {
    return make();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_unimplemented) return std::nullopt;
    throw;
  }
}

constexpr auto kDirect = dnnl::algorithm::convolution_direct;
constexpr auto kTraining = dnnl::prop_kind::forward_training;

Desc bias_desc(const Desc& dest) { return any({dims_of(dest)[1]}); }

}  // namespace

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

Desc any(const Dims& dims) {
  return Desc(dims, dnnl::memory::data_type::f32, dnnl::memory::format_tag::any);
}

Desc plain(const Dims& dims) {
  Dims strides(dims.size(), 1);
  for (std::size_t i = dims.size() - 1; i > 0; --i) strides[i - 1] = strides[i] * dims[i];
  return Desc(dims, dnnl::memory::data_type::f32, strides);
}

Dims dims_of(const Desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_dims();
#else
  return desc.dims();
#endif
}

dnnl::convolution_forward::primitive_desc conv_forward(const ConvShape& s) {
  const auto& w = s.window;
  if (s.bias) {
    return describe<dnnl::convolution_forward>(std::tuple(kTraining, kDirect, s.source, s.weights,
                                                          bias_desc(s.dest), s.dest, w.strides,
                                                          w.pad_begin, w.pad_end));
  }
  return describe<dnnl::convolution_forward>(std::tuple(kTraining, kDirect, s.source, s.weights,
                                                        s.dest, w.strides, w.pad_begin, w.pad_end));
}

std::optional<dnnl::convolution_backward_data::primitive_desc> conv_backward_data(
    const ConvShape& s, const dnnl::convolution_forward::primitive_desc& forward) {
  const auto& w = s.window;
  return if_implemented([&] {
    return describe<dnnl::convolution_backward_data>(
        std::tuple(kDirect, s.source, s.weights, s.dest, w.strides, w.pad_begin, w.pad_end),
        forward);
  });
}

std::optional<dnnl::convolution_backward_weights::primitive_desc> conv_backward_weights(
    const ConvShape& s, const dnnl::convolution_forward::primitive_desc& forward) {
  const auto& w = s.window;
  return if_implemented([&] {
    if (s.bias) {
      return describe<dnnl::convolution_backward_weights>(
          std::tuple(kDirect, s.source, s.weights, bias_desc(s.dest), s.dest, w.strides,
                     w.pad_begin, w.pad_end),
          forward);
    }
    return describe<dnnl::convolution_backward_weights>(
        std::tuple(kDirect, s.source, s.weights, s.dest, w.strides, w.pad_begin, w.pad_end),
        forward);
  });
}

dnnl::inner_product_forward::primitive_desc linear_forward(const LinearShape& s) {
  if (s.bias) {
    return describe<dnnl::inner_product_forward>(
        std::tuple(kTraining, s.source, s.weights, bias_desc(s.dest), s.dest));
  }
  return describe<dnnl::inner_product_forward>(std::tuple(kTraining, s.source, s.weights, s.dest));
}

dnnl::inner_product_backward_data::primitive_desc linear_backward_data(
    const LinearShape& s, const dnnl::inner_product_forward::primitive_desc& forward) {
  return describe<dnnl::inner_product_backward_data>(std::tuple(s.source, s.weights, s.dest),
                                                     forward);
}

std::optional<dnnl::inner_product_backward_weights::primitive_desc> linear_backward_weights(
    const LinearShape& s, const dnnl::inner_product_forward::primitive_desc& forward) {
  return if_implemented([&] {
    if (s.bias) {
      return describe<dnnl::inner_product_backward_weights>(
          std::tuple(s.source, s.weights, bias_desc(s.dest), s.dest), forward);
    }
    return describe<dnnl::inner_product_backward_weights>(std::tuple(s.source, s.weights, s.dest),
                                                          forward);
  });
}

namespace {
dnnl::normalization_flags norm_flags(const NormShape& s) {
  auto flags = dnnl::normalization_flags::use_scale | dnnl::normalization_flags::use_shift;
  if (s.relu) flags = flags | dnnl::normalization_flags::fuse_norm_relu;
  if (s.frozen) flags = flags | dnnl::normalization_flags::use_global_stats;
  return flags;
}
}  // namespace

dnnl::batch_normalization_forward::primitive_desc norm_forward(const NormShape& s) {
  const auto prop = s.frozen ? dnnl::prop_kind::forward_inference : kTraining;
  if constexpr (kVersion3) {
    return describe<dnnl::batch_normalization_forward>(
        std::tuple(prop, s.data, s.data, s.eps, norm_flags(s)));
  } else {
    return describe<dnnl::batch_normalization_forward>(
        std::tuple(prop, s.data, s.eps, norm_flags(s)));
  }
}

dnnl::batch_normalization_backward::primitive_desc norm_backward(
    const NormShape& s, const dnnl::batch_normalization_forward::primitive_desc& forward) {
  const auto prop = dnnl::prop_kind::backward;
  if constexpr (kVersion3) {
    return describe<dnnl::batch_normalization_backward>(
        std::tuple(prop, s.data, s.data, s.data, s.eps, norm_flags(s)), forward);
  } else {
    return describe<dnnl::batch_normalization_backward>(
        std::tuple(prop, s.data, s.data, s.eps, norm_flags(s)), forward);
  }
}

dnnl::pooling_forward::primitive_desc pool_forward(const Desc& source, const Desc& dest,
                                                   const Window& w, bool train) {
  const auto prop = train ? kTraining : dnnl::prop_kind::forward_inference;
  const auto alg = dnnl::algorithm::pooling_max;
  if constexpr (kVersion3) {
    const Dims no_dilation(w.kernel.size(), 0);
    return describe<dnnl::pooling_forward>(std::tuple(prop, alg, source, dest, w.strides, w.kernel,
                                                      no_dilation, w.pad_begin, w.pad_end));
  } else {
    return describe<dnnl::pooling_forward>(
        std::tuple(prop, alg, source, dest, w.strides, w.kernel, w.pad_begin, w.pad_end));
  }
}

dnnl::pooling_backward::primitive_desc pool_backward(
    const Desc& source, const Desc& dest, const Window& w,
    const dnnl::pooling_forward::primitive_desc& forward) {
  const auto alg = dnnl::algorithm::pooling_max;
  if constexpr (kVersion3) {
    const Dims no_dilation(w.kernel.size(), 0);
    return describe<dnnl::pooling_backward>(
        std::tuple(alg, source, dest, w.strides, w.kernel, no_dilation, w.pad_begin, w.pad_end),
        forward);
  } else {
    return describe<dnnl::pooling_backward>(
        std::tuple(alg, source, dest, w.strides, w.kernel, w.pad_begin, w.pad_end), forward);
  }
}

dnnl::eltwise_forward::primitive_desc eltwise_forward(dnnl::algorithm alg, const Desc& data,
                                                      bool train) {
  const auto prop = train ? kTraining : dnnl::prop_kind::forward_inference;
  if constexpr (kVersion3) {
    return describe<dnnl::eltwise_forward>(std::tuple(prop, alg, data, data, 0.0f, 0.0f));
  } else {
    return describe<dnnl::eltwise_forward>(std::tuple(prop, alg, data, 0.0f, 0.0f));
  }
}

dnnl::eltwise_backward::primitive_desc eltwise_backward(
    dnnl::algorithm alg, const Desc& data, const dnnl::eltwise_forward::primitive_desc& forward) {
  if constexpr (kVersion3) {
    return describe<dnnl::eltwise_backward>(std::tuple(alg, data, data, data, 0.0f, 0.0f), forward);
  } else {
    return describe<dnnl::eltwise_backward>(std::tuple(alg, data, data, 0.0f, 0.0f), forward);
  }
}

dnnl::reorder::primitive_desc reorder(const Desc& from, const Desc& to) {
  return dnnl::reorder::primitive_desc(cpu(), from, cpu(), to, attributes());
}

}  // namespace anole::onednn
