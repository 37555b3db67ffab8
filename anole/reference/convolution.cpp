#include "anole/reference/convolution.h"

#include <array>
#include <vector>

namespace anole::reference {
namespace {

// sum_i a_i b_i in eight partial sums, which the compiler turns into vector code.
template <typename T>
T dot(const T* a, const T* b, std::ptrdiff_t count) {
  constexpr std::ptrdiff_t kLanes = 8;
  std::array<T, kLanes> sums{};
  std::ptrdiff_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::ptrdiff_t lane = 0; lane < kLanes; ++lane) {
      sums[static_cast<std::size_t>(lane)] += a[i + lane] * b[i + lane];
    }
  }
  T sum = 0;
  for (const T partial : sums) sum += partial;
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

// y_i += factor * x_i.
template <typename T>
void add_scaled(T* y, T factor, const T* x, std::ptrdiff_t count) {
  for (std::ptrdiff_t i = 0; i < count; ++i) y[i] += factor * x[i];
}

// Calls visit(position in the unfolded matrix, position in the image) for every tap inside the
// image. The unfolded matrix of one row is [pixels, taps]; taps are in [C, k, k] order, as in the
// weights.
template <typename Visit>
void for_each_tap(const Window& w, Visit&& visit) {
  std::ptrdiff_t unfolded = 0;
  for (int out_y = 0; out_y < w.out.height; ++out_y) {
    for (int out_x = 0; out_x < w.out.width; ++out_x) {
      for (int channel = 0; channel < w.in.channels; ++channel) {
        for (int tap_y = 0; tap_y < w.kernel; ++tap_y) {
          for (int tap_x = 0; tap_x < w.kernel; ++tap_x, ++unfolded) {
            const int y = out_y * w.stride + tap_y - w.pad_top;
            const int x = out_x * w.stride + tap_x - w.pad_left;
            if (y < 0 || y >= w.in.height || x < 0 || x >= w.in.width) continue;
            visit(unfolded, (std::ptrdiff_t{channel} * w.in.height + y) * w.in.width + x);
          }
        }
      }
    }
  }
}

template <typename T>
void unfold(const Window& w, const T* image, T* unfolded) {
  for_each_tap(w, [&](std::ptrdiff_t to, std::ptrdiff_t from) { unfolded[to] = image[from]; });
}

// The transpose of unfold: every tap adds to the pixel it came from.
template <typename T>
void fold(const Window& w, const T* unfolded, T* image) {
  for_each_tap(w, [&](std::ptrdiff_t from, std::ptrdiff_t to) { image[to] += unfolded[from]; });
}

std::ptrdiff_t rows_of(std::size_t numbers, const Shape& shape) {
  return static_cast<std::ptrdiff_t>(numbers / shape.size());
}

std::ptrdiff_t size_of(const Shape& shape) { return static_cast<std::ptrdiff_t>(shape.size()); }

// d_unfolded [pixels, taps] = d_output^T [pixels, O] * weight [O, taps].
template <typename T>
std::vector<T> unfolded_gradient(const Window& w, const T* d_output, const T* weight) {
  std::vector<T> d_unfolded(static_cast<std::size_t>(w.pixels() * w.taps()));
  for (std::ptrdiff_t pixel = 0; pixel < w.pixels(); ++pixel) {
    for (std::ptrdiff_t out = 0; out < w.out.channels; ++out) {
      add_scaled(&d_unfolded[static_cast<std::size_t>(pixel * w.taps())],
                 d_output[out * w.pixels() + pixel], weight + out * w.taps(), w.taps());
    }
  }
  return d_unfolded;
}

}  // namespace

template <typename T>
void convolve(const Window& w, const ConvolutionForward<T>& arrays) {
  std::vector<T> unfolded(static_cast<std::size_t>(w.pixels() * w.taps()));  // padding stays 0
  for (std::ptrdiff_t row = 0; row < rows_of(arrays.output.size(), w.out); ++row) {
    unfold(w, arrays.input.data() + row * size_of(w.in), unfolded.data());
    T* output = arrays.output.data() + row * size_of(w.out);
    for (std::ptrdiff_t out = 0; out < w.out.channels; ++out) {
      const T* weight = arrays.weight.data() + out * w.taps();
      const T bias = arrays.bias.empty() ? T{0} : arrays.bias[static_cast<std::size_t>(out)];
      for (std::ptrdiff_t pixel = 0; pixel < w.pixels(); ++pixel) {
        *output++ = bias + dot(weight, unfolded.data() + pixel * w.taps(), w.taps());
      }
    }
  }
}

template <typename T>
void convolve_backward(const Window& w, const ConvolutionBackward<T>& arrays) {
  std::vector<T> unfolded(static_cast<std::size_t>(w.pixels() * w.taps()));
  for (std::ptrdiff_t row = 0; row < rows_of(arrays.d_output.size(), w.out); ++row) {
    unfold(w, arrays.input.data() + row * size_of(w.in), unfolded.data());
    const T* const d_row = arrays.d_output.data() + row * size_of(w.out);
    const T* d_output = d_row;
    for (std::ptrdiff_t out = 0; out < w.out.channels; ++out) {
      T* d_weight = arrays.d_weight.data() + out * w.taps();
      for (std::ptrdiff_t pixel = 0; pixel < w.pixels(); ++pixel, ++d_output) {
        add_scaled(d_weight, *d_output, unfolded.data() + pixel * w.taps(), w.taps());
        if (!arrays.d_bias.empty()) arrays.d_bias[static_cast<std::size_t>(out)] += *d_output;
      }
    }
    if (arrays.d_input.empty()) continue;
    const auto d_unfolded = unfolded_gradient(w, d_row, arrays.weight.data());
    fold(w, d_unfolded.data(), arrays.d_input.data() + row * size_of(w.in));
  }
}

template void convolve(const Window&, const ConvolutionForward<float>&);
template void convolve(const Window&, const ConvolutionForward<double>&);
template void convolve_backward(const Window&, const ConvolutionBackward<float>&);
template void convolve_backward(const Window&, const ConvolutionBackward<double>&);

}  // namespace anole::reference
