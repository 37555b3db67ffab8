#pragma once

// Which pixels meet which, for convolutions, linear layers (one window over the whole image) and
// pooling: the lists that the kernels walk, made once for a plan.

#include <vector>

#include "anole/fused/kernels/kernels.h"

namespace anole::fused {

// A window sliding over an image; sizes in pixels.
struct Window {
  int in_height = 1, in_width = 1, out_height = 1, out_width = 1;
  int kernel_height = 1, kernel_width = 1, stride = 1;
  int pad_top = 0, pad_left = 0;

  int taps() const { return kernel_height * kernel_width; }
};

// Floats of a pixel on either side.
struct PixelSizes {
  std::ptrdiff_t source = 0, dest = 0;
};

struct ProductLists {
  std::vector<Position> positions;
  std::vector<Tap> taps;
};
// Forward: one position for each output pixel. `tap_rows`: weight rows of a tap.
ProductLists forward_lists(const Window& window, const PixelSizes& sizes, int tap_rows);
// Gradient by the input: one position for each input pixel; sizes.source is of the result's
// gradient, sizes.dest of the input's.
ProductLists backward_lists(const Window& window, const PixelSizes& sizes, int tap_rows);

struct GradientLists {
  std::vector<Run> runs;
  std::vector<std::int32_t> first_run;  // [groups x taps + 1]
  int groups = 0;
};
// Groups of some `pixels` output pixels each, nearly equal.
GradientLists gradient_lists(const Window& window, const PixelSizes& sizes, int pixels);
// Output rows [first, last) cut into runs of at most `pixels`, each with the first input pixel of
// its window, which must lie inside the image. `dest` counts from row `first`.
std::vector<Run> raw_runs(const Window& window, const PixelSizes& sizes, int pixels, int first,
                          int last);

struct PoolLists {
  std::vector<PoolWindow> windows;
  std::vector<std::ptrdiff_t> sources;
};
PoolLists pool_lists(const Window& window, const PixelSizes& sizes);

}  // namespace anole::fused
