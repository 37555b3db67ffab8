#pragma once

// Rows and weights in the order of the reference, brought into the layout of fused/kernels.h one
// number at a time, as its comments say.

#include <algorithm>
#include <span>
#include <vector>

#include "anole/core/shape.h"
#include "anole/fused/kernels/kernels.h"

namespace anole::fused {

// Zeros at the start of a cache line. Apart from each other, so that ASan sees a step beyond.
class Floats {
 public:
  explicit Floats(std::size_t count) : lines_((count + kBlock - 1) / kBlock) {}
  explicit Floats(std::span<const float> values) : Floats(values.size()) {
    std::ranges::copy(values, data());
  }
  float* data() { return lines_.data()->floats; }
  const float* data() const { return lines_.data()->floats; }
  std::size_t size() const { return lines_.size() * kBlock; }
  operator float*() { return data(); }
  operator const float*() const { return data(); }

 private:
  struct alignas(64) Line {
    float floats[kBlock] = {};
  };
  std::vector<Line> lines_;
};

inline int padded(int channels) { return (channels + kBlock - 1) / kBlock * kBlock; }

// Where channel c at `pixel` of row n lies in [pixel][C/16][N][16].
inline std::size_t block_place(int pixel, int c, int n, int channels, int batch) {
  return static_cast<std::size_t>(
      ((pixel * (padded(channels) / kBlock) + c / kBlock) * batch + n) * kBlock + c % kBlock);
}
// Where weight [o, c, tap] lies in [panel][tap][c][32].
inline std::size_t weight_place(int o, int c, int tap, const Shape& in_by_taps, int outputs) {
  const int channels = in_by_taps.channels, taps = in_by_taps.height;
  const int panel = o / kPanel, width = std::min(kPanel, padded(outputs) - panel * kPanel);
  return static_cast<std::size_t>(panel * kPanel * taps * channels + (tap * channels + c) * width +
                                  o % kPanel);
}

// [N, C, H, W] to [H][W][C/16][N][16] and back.
inline Floats to_blocks(std::span<const float> rows, const Shape& shape, int batch) {
  const int pixels = shape.height * shape.width;
  Floats blocks(static_cast<std::size_t>(pixels * padded(shape.channels) * batch));
  std::size_t i = 0;
  for (int n = 0; n < batch; ++n) {
    for (int c = 0; c < shape.channels; ++c) {
      for (int pixel = 0; pixel < pixels; ++pixel) {
        blocks.data()[block_place(pixel, c, n, shape.channels, batch)] = rows[i++];
      }
    }
  }
  return blocks;
}
inline std::vector<float> from_blocks(const Floats& blocks, const Shape& shape, int batch) {
  std::vector<float> rows;
  for (int n = 0; n < batch; ++n) {
    for (int c = 0; c < shape.channels; ++c) {
      for (int pixel = 0; pixel < shape.height * shape.width; ++pixel) {
        rows.push_back(blocks.data()[block_place(pixel, c, n, shape.channels, batch)]);
      }
    }
  }
  return rows;
}

}  // namespace anole::fused
