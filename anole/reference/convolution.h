#pragma once

// Convolutions and linear layers in plain loops. Each row's window contents are laid out as a
// matrix ("unfolded"), which turns the layer into products of matrices; a linear layer is the
// convolution of a 1x1 image with a 1x1 kernel. Padded taps are 0.

#include <span>

#include "anole/models/model_spec.h"

namespace anole::reference {

// A convolution's geometry: LayerShape's, plus kernel and stride.
struct Window {
  Shape in, out;
  int kernel = 1, stride = 1;
  int pad_top = 0, pad_left = 0;

  std::ptrdiff_t taps() const { return std::ptrdiff_t{in.channels} * kernel * kernel; }
  std::ptrdiff_t pixels() const { return std::ptrdiff_t{out.height} * out.width; }
};

// output [n, out] = weight [O, taps] * unfolded input [n, in] + bias [O]; an empty bias is 0.
template <typename T>
struct ConvolutionForward {
  std::span<const T> input, weight, bias;
  std::span<T> output;
};
template <typename T>
void convolve(const Window& window, const ConvolutionForward<T>& arrays);

// Gradients from d_output [n, out]. d_weight, d_bias and d_input must come as zeros; d_bias and
// d_input may be empty, then they are not computed.
template <typename T>
struct ConvolutionBackward {
  std::span<const T> input, weight, d_output;
  std::span<T> d_weight, d_bias, d_input;
};
template <typename T>
void convolve_backward(const Window& window, const ConvolutionBackward<T>& arrays);

}  // namespace anole::reference
