#include "anole/onednn/group_norm.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace anole::onednn {
namespace {

// Calls visit(row, group, first channel, offset of the group's data) for every group of every row.
template <class Visit>
void for_groups(const GroupNormShape& s, Visit visit) {
  const int per_group = s.channels / s.groups;
  for (int row = 0; row < s.batch; ++row) {
    for (int group = 0; group < s.groups; ++group) {
      const int channel = group * per_group;
      visit(row, group, channel, static_cast<std::size_t>((row * s.channels + channel) * s.pixels));
    }
  }
}

}  // namespace

void group_norm_forward(const GroupNormShape& s, const GroupNormInputs& in, float* y) {
  const int per_group = s.channels / s.groups, count = per_group * s.pixels;
  for_groups(s, [&](int row, int group, int channel, std::size_t offset) {
    const float* x = in.x + offset;
    double sum = 0, squares = 0;
    for (int i = 0; i < count; ++i) sum += x[i];
    const double mean = sum / count;
    for (int i = 0; i < count; ++i) squares += (x[i] - mean) * (x[i] - mean);
    const auto inverse = static_cast<float>(1 / std::sqrt(squares / count + s.eps));
    const auto center = static_cast<float>(mean);
    const auto place = row * s.groups + group;
    in.moments[place] = center;
    in.moments[s.batch * s.groups + place] = inverse;
    for (int c = 0; c < per_group; ++c) {
      for (int i = c * s.pixels; i < (c + 1) * s.pixels; ++i) {
        y[offset + static_cast<std::size_t>(i)] =
            (x[i] - center) * inverse * in.scale[channel + c] + in.shift[channel + c];
      }
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
  for_groups(s, [&](int row, int group, int channel, std::size_t offset) {
    const float* x = in.x + offset;
    float* dy = out.data + offset;
    const auto place = row * s.groups + group;
    const float center = in.moments[place], inverse = in.moments[s.batch * s.groups + place];
    double sum = 0, product = 0;  // of g and of g h
    for (int c = 0; c < per_group; ++c) {
      double dscale = 0, dshift = 0;
      for (int i = c * s.pixels; i < (c + 1) * s.pixels; ++i) {
        dshift += dy[i];
        dscale += double{dy[i]} * ((x[i] - center) * inverse);
      }
      out.scale[channel + c] += static_cast<float>(dscale);
      out.shift[channel + c] += static_cast<float>(dshift);
      sum += dshift * in.scale[channel + c];
      product += dscale * in.scale[channel + c];
    }
    const auto mean_g = static_cast<float>(sum / count),
               mean_gh = static_cast<float>(product / count);
    for (int c = 0; c < per_group; ++c) {
      for (int i = c * s.pixels; i < (c + 1) * s.pixels; ++i) {
        const float h = (x[i] - center) * inverse;
        dy[i] = (dy[i] * in.scale[channel + c] - mean_g - h * mean_gh) * inverse;
      }
    }
  });
}

}  // namespace anole::onednn
