#include "anole/fused/group_norm.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "anole/fused/kernels/kernels.h"

namespace anole::fused {
namespace {

// Calls visit(row, group, first channel) for every group of every row.
template <class Visit>
void for_groups(const GroupNormShape& s, Visit visit) {
  for (int row = 0; row < s.batch; ++row) {
    for (int group = 0; group < s.groups; ++group) {
      visit(row, group, group * (s.channels / s.groups));
    }
  }
}

// Calls visit(place) for every pixel of one channel of one row.
template <class Visit>
void for_pixels(const GroupNormShape& s, int row, int channel, Visit visit) {
  const int blocks = (s.channels + kBlock - 1) / kBlock;
  const std::ptrdiff_t step = std::ptrdiff_t{blocks} * s.batch * kBlock;
  std::ptrdiff_t place =
      (std::ptrdiff_t{channel / kBlock} * s.batch + row) * kBlock + channel % kBlock;
  for (int pixel = 0; pixel < s.pixels; ++pixel, place += step) visit(place);
}

}  // namespace

void group_norm_forward(const GroupNormShape& s, const GroupNormInputs& in, float* y) {
  const int per_group = s.channels / s.groups, count = per_group * s.pixels;
  for_groups(s, [&](int row, int group, int first) {
    const float* x = in.x;
    double sum = 0, squares = 0;
    for (int c = first; c < first + per_group; ++c) {
      for_pixels(s, row, c, [&](std::ptrdiff_t i) { sum += x[i]; });
    }
    const double mean = sum / count;
    for (int c = first; c < first + per_group; ++c) {
      for_pixels(s, row, c, [&](std::ptrdiff_t i) { squares += (x[i] - mean) * (x[i] - mean); });
    }
    const auto inverse = static_cast<float>(1 / std::sqrt(squares / count + s.eps));
    const auto center = static_cast<float>(mean);
    const auto place = std::ptrdiff_t{row} * s.groups + group;
    in.moments[place] = center;
    in.moments[std::ptrdiff_t{s.batch} * s.groups + place] = inverse;
    for (int c = first; c < first + per_group; ++c) {
      for_pixels(s, row, c, [&](std::ptrdiff_t i) {
        y[i] = (x[i] - center) * inverse * in.scale[c] + in.shift[c];
      });
    }
  });
}

// With h the normalised input, n its count and g = dy * scale:
//   dx = (g - mean(g) - h mean(g h)) / sqrt(variance + eps);  dscale = sum dy h;  dshift = sum dy.
void group_norm_backward(const GroupNormShape& s, const GroupNormInputs& in,
                         const GroupNormGradients& out) {
  const int per_group = s.channels / s.groups, count = per_group * s.pixels;
  std::fill_n(out.scale, s.channels, 0.0f);
  std::fill_n(out.shift, s.channels, 0.0f);
  for_groups(s, [&](int row, int group, int first) {
    const float* x = in.x;
    float* dy = out.data;
    const auto place = std::ptrdiff_t{row} * s.groups + group;
    const float center = in.moments[place],
                inverse = in.moments[std::ptrdiff_t{s.batch} * s.groups + place];
    double sum = 0, product = 0;  // of g and of g h
    for (int c = first; c < first + per_group; ++c) {
      double dscale = 0, dshift = 0;
      for_pixels(s, row, c, [&](std::ptrdiff_t i) {
        dshift += dy[i];
        dscale += double{dy[i]} * ((x[i] - center) * inverse);
      });
      out.scale[c] += static_cast<float>(dscale);
      out.shift[c] += static_cast<float>(dshift);
      sum += dshift * in.scale[c];
      product += dscale * in.scale[c];
    }
    const auto mean_g = static_cast<float>(sum / count),
               mean_gh = static_cast<float>(product / count);
    for (int c = first; c < first + per_group; ++c) {
      for_pixels(s, row, c, [&](std::ptrdiff_t i) {
        const float h = (x[i] - center) * inverse;
        dy[i] = (dy[i] * in.scale[c] - mean_g - h * mean_gh) * inverse;
      });
    }
  });
}

}  // namespace anole::fused
