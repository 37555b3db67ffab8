#pragma once

// The oneDNN primitives that plans use, made the same way by oneDNN 2.x and 3.x. Every primitive
// takes its scratchpad from the plan. The two APIs differ in how a primitive is described; nothing
// outside primitives.cpp sees that.

#include <dnnl.hpp>
#include <optional>
#include <vector>

namespace anole::onednn {

using Desc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;

const dnnl::engine& cpu();

Desc any(const Dims& dims);    // layout chosen by oneDNN
Desc plain(const Dims& dims);  // row-major
Dims dims_of(const Desc& desc);

// A convolution or pooling window: strides and asymmetric padding, [height, width] each.
struct Window {
  Dims kernel, strides, pad_begin, pad_end;
};

struct ConvShape {
  Desc source, weights, dest;
  bool bias = false;
  Window window;
};

dnnl::convolution_forward::primitive_desc conv_forward(const ConvShape& shape);
// std::nullopt if oneDNN has no implementation for these layouts.
std::optional<dnnl::convolution_backward_data::primitive_desc> conv_backward_data(
    const ConvShape& shape, const dnnl::convolution_forward::primitive_desc& forward);
std::optional<dnnl::convolution_backward_weights::primitive_desc> conv_backward_weights(
    const ConvShape& shape, const dnnl::convolution_forward::primitive_desc& forward);

struct LinearShape {
  Desc source, weights, dest;
  bool bias = false;
};

dnnl::inner_product_forward::primitive_desc linear_forward(const LinearShape& shape);
dnnl::inner_product_backward_data::primitive_desc linear_backward_data(
    const LinearShape& shape, const dnnl::inner_product_forward::primitive_desc& forward);
std::optional<dnnl::inner_product_backward_weights::primitive_desc> linear_backward_weights(
    const LinearShape& shape, const dnnl::inner_product_forward::primitive_desc& forward);

struct NormShape {
  Desc data;
  float eps = 1e-3f;
  bool relu = false;    // fused: the result is max(0, norm(x))
  bool frozen = false;  // statistics are inputs
};

dnnl::batch_normalization_forward::primitive_desc norm_forward(const NormShape& shape);
dnnl::batch_normalization_backward::primitive_desc norm_backward(
    const NormShape& shape, const dnnl::batch_normalization_forward::primitive_desc& forward);

// Max-pooling; padded taps are ignored.
dnnl::pooling_forward::primitive_desc pool_forward(const Desc& source, const Desc& dest,
                                                   const Window& window, bool train);
dnnl::pooling_backward::primitive_desc pool_backward(
    const Desc& source, const Desc& dest, const Window& window,
    const dnnl::pooling_forward::primitive_desc& forward);

// `alg` is one whose backward reads the result: eltwise_relu_use_dst_for_bwd,
// eltwise_tanh_use_dst_for_bwd.
dnnl::eltwise_forward::primitive_desc eltwise_forward(dnnl::algorithm alg, const Desc& data,
                                                      bool train);
dnnl::eltwise_backward::primitive_desc eltwise_backward(
    dnnl::algorithm alg, const Desc& data, const dnnl::eltwise_forward::primitive_desc& forward);

dnnl::reorder::primitive_desc reorder(const Desc& from, const Desc& to);

}  // namespace anole::onednn
