#include "anole/reference/pooling.h"

#include <algorithm>

namespace anole::reference {
namespace {

// The taps of one window that lie inside the image, along one side: [first, last).
struct Range {
  int first, last;
};
Range inside(int out, int pad, const Window& w, int size) {
  const int start = out * w.stride - pad;
  return {std::max(start, 0), std::min(start + w.kernel, size)};
}

// Place of the greatest number in rows y and columns x of a plane of the given width.
template <typename T>
std::int64_t greatest(const T* plane, int width, Range y, Range x) {
  std::int64_t best = std::int64_t{y.first} * width + x.first;
  for (int row = y.first; row < y.last; ++row) {
    for (int column = x.first; column < x.last; ++column) {
      const auto place = std::int64_t{row} * width + column;
      if (plane[place] > plane[best]) best = place;
    }
  }
  return best;
}

}  // namespace

template <typename T>
void max_pool(const Window& w, std::span<const T> input, std::span<T> output,
              std::span<std::int64_t> winners) {
  const auto plane_size = std::int64_t{w.in.height} * w.in.width;
  std::size_t next = 0;
  for (std::int64_t first = 0; first < static_cast<std::int64_t>(input.size());
       first += plane_size) {
    for (int y = 0; y < w.out.height; ++y) {
      for (int x = 0; x < w.out.width; ++x, ++next) {
        winners[next] =
            first + greatest(input.data() + first, w.in.width, inside(y, w.pad_top, w, w.in.height),
                             inside(x, w.pad_left, w, w.in.width));
        output[next] = input[static_cast<std::size_t>(winners[next])];
      }
    }
  }
}

template void max_pool(const Window&, std::span<const float>, std::span<float>,
                       std::span<std::int64_t>);
template void max_pool(const Window&, std::span<const double>, std::span<double>,
                       std::span<std::int64_t>);

}  // namespace anole::reference
