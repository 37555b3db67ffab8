#include "anole/fused/windows.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace anole::fused {
namespace {

// Taps [first, last) of the kernel that meet the image at output coordinate `out`, along one side.
struct Range {
  int first = 0, last = 0;
  bool operator<(const Range& o) const {
    return std::pair(first, last) < std::pair(o.first, o.last);
  }
};
Range inside(int out, int stride, int pad, int kernel, int in) {
  const int start = out * stride - pad;
  return {std::max(0, -start), std::max(0, std::min(kernel, in - start))};
}
Range rows_inside(const Window& w, int y) {
  return inside(y, w.stride, w.pad_top, w.kernel_height, w.in_height);
}
Range columns_inside(const Window& w, int x) {
  return inside(x, w.stride, w.pad_left, w.kernel_width, w.in_width);
}

// One step of the gradient by the input, along one side: kernel tap and the distance of its output
// coordinate from (in + pad) / stride.
struct Reach {
  int tap = 0, distance = 0;
  bool operator<(const Reach& o) const {
    return std::pair(tap, distance) < std::pair(o.tap, o.distance);
  }
};
// Output coordinates that read input coordinate `in`: out * stride + tap - pad = in.
std::vector<Reach> reached(int in, int stride, int pad, int kernel, int outs) {
  std::vector<Reach> found;
  const int base = (in + pad) / stride;
  for (int tap = 0; tap < kernel && tap <= in + pad; ++tap) {
    if ((in + pad - tap) % stride != 0) continue;
    const int out = (in + pad - tap) / stride;
    if (out < outs) found.push_back({tap, out - base});
  }
  return found;
}

std::vector<int> cuts(int total, int pieces) {  // total cut into nearly equal pieces
  std::vector<int> result;
  for (std::int64_t i = 0; i <= pieces; ++i) result.push_back(static_cast<int>(i * total / pieces));
  return result;
}
int pieces_of(int total, int most) { return (total + most - 1) / most; }

}  // namespace

ProductLists forward_lists(const Window& w, const PixelSizes& sizes, int tap_rows) {
  ProductLists lists;
  std::map<std::pair<Range, Range>, std::pair<int, int>> known;  // -> first tap, count
  for (int y = 0; y < w.out_height; ++y) {
    for (int x = 0; x < w.out_width; ++x) {
      const Range rows = rows_inside(w, y), columns = columns_inside(w, x);
      const auto [entry, fresh] = known.try_emplace({rows, columns});
      if (fresh) {
        entry->second.first = static_cast<int>(lists.taps.size());
        for (int i = rows.first; i < rows.last; ++i) {
          for (int j = columns.first; j < columns.last; ++j) {
            lists.taps.push_back({(std::ptrdiff_t{i} * w.in_width + j) * sizes.source,
                                  (std::ptrdiff_t{i} * w.kernel_width + j) * tap_rows});
          }
        }
        entry->second.second = static_cast<int>(lists.taps.size()) - entry->second.first;
      }
      const std::ptrdiff_t top = y * w.stride - w.pad_top, left = x * w.stride - w.pad_left;
      lists.positions.push_back({(top * w.in_width + left) * sizes.source,
                                 (std::ptrdiff_t{y} * w.out_width + x) * sizes.dest,
                                 entry->second.first, entry->second.second});
    }
  }
  return lists;
}

ProductLists backward_lists(const Window& w, const PixelSizes& sizes, int tap_rows) {
  ProductLists lists;
  std::map<std::pair<std::vector<Reach>, std::vector<Reach>>, std::pair<int, int>> known;
  for (int y = 0; y < w.in_height; ++y) {
    const auto rows = reached(y, w.stride, w.pad_top, w.kernel_height, w.out_height);
    for (int x = 0; x < w.in_width; ++x) {
      auto columns = reached(x, w.stride, w.pad_left, w.kernel_width, w.out_width);
      const auto [entry, fresh] = known.try_emplace({rows, columns});
      if (fresh) {
        entry->second.first = static_cast<int>(lists.taps.size());
        for (const auto& row : rows) {
          for (const auto& column : columns) {
            lists.taps.push_back(
                {(std::ptrdiff_t{row.distance} * w.out_width + column.distance) * sizes.source,
                 (std::ptrdiff_t{row.tap} * w.kernel_width + column.tap) * tap_rows});
          }
        }
        entry->second.second = static_cast<int>(lists.taps.size()) - entry->second.first;
      }
      const std::ptrdiff_t top = (y + w.pad_top) / w.stride, left = (x + w.pad_left) / w.stride;
      lists.positions.push_back({(top * w.out_width + left) * sizes.source,
                                 (std::ptrdiff_t{y} * w.in_width + x) * sizes.dest,
                                 entry->second.first, entry->second.second});
    }
  }
  return lists;
}

namespace {

// A rectangle of output pixels.
struct Piece {
  int top, bottom, left, right;
};
// Whole rows where a row has at most `pixels`, else parts of a row.
std::vector<Piece> pieces(const Window& w, int pixels) {
  std::vector<Piece> result;
  const int rows = std::max(1, pixels / w.out_width);
  const auto down = cuts(w.out_height, pieces_of(w.out_height, rows));
  const auto across = cuts(w.out_width, pieces_of(w.out_width, std::max(1, pixels)));
  for (std::size_t i = 0; i + 1 < down.size(); ++i) {
    for (std::size_t j = 0; j + 1 < across.size(); ++j) {
      result.push_back({down[i], down[i + 1], across[j], across[j + 1]});
    }
  }
  return result;
}

// The output pixels of `piece` whose tap (i, j) lies inside the image, as one run a row.
void add_runs(const Window& w, const PixelSizes& sizes, const Piece& piece, int i, int j,
              std::vector<Run>& runs) {
  for (int y = piece.top; y < piece.bottom; ++y) {
    const int row = y * w.stride - w.pad_top + i;
    if (row < 0 || row >= w.in_height) continue;
    int first = piece.left, last = piece.right;
    while (first < last && first * w.stride - w.pad_left + j < 0) ++first;
    while (first < last && (last - 1) * w.stride - w.pad_left + j >= w.in_width) --last;
    if (first == last) continue;
    const std::ptrdiff_t column = first * w.stride - w.pad_left + j;
    runs.push_back({(std::ptrdiff_t{row} * w.in_width + column) * sizes.source,
                    (std::ptrdiff_t{y} * w.out_width + first) * sizes.dest, last - first});
  }
}

}  // namespace

GradientLists gradient_lists(const Window& w, const PixelSizes& sizes, int pixels) {
  GradientLists lists;
  lists.first_run.push_back(0);
  for (const auto& piece : pieces(w, pixels)) {
    ++lists.groups;
    for (int i = 0; i < w.kernel_height; ++i) {
      for (int j = 0; j < w.kernel_width; ++j) {
        add_runs(w, sizes, piece, i, j, lists.runs);
        lists.first_run.push_back(static_cast<std::int32_t>(lists.runs.size()));
      }
    }
  }
  return lists;
}

std::vector<Run> raw_runs(const Window& w, const PixelSizes& sizes, int pixels, int first,
                          int last) {
  std::vector<Run> runs;
  for (const auto& piece : pieces(w, std::min(pixels, w.out_width))) {
    if (piece.top < first || piece.top >= last) continue;
    const std::ptrdiff_t row = piece.top * w.stride, column = piece.left * w.stride;
    runs.push_back({(row * w.in_width + column) * sizes.source,
                    (std::ptrdiff_t{piece.top - first} * w.out_width + piece.left) * sizes.dest,
                    piece.right - piece.left});
  }
  return runs;
}

PoolLists pool_lists(const Window& w, const PixelSizes& sizes) {
  PoolLists lists;
  for (int y = 0; y < w.out_height; ++y) {
    for (int x = 0; x < w.out_width; ++x) {
      const Range rows = rows_inside(w, y), columns = columns_inside(w, x);
      const auto first = static_cast<std::int32_t>(lists.sources.size());
      const std::ptrdiff_t top = y * w.stride - w.pad_top, left = x * w.stride - w.pad_left;
      for (int i = rows.first; i < rows.last; ++i) {
        for (int j = columns.first; j < columns.last; ++j) {
          lists.sources.push_back(((top + i) * w.in_width + left + j) * sizes.source);
        }
      }
      lists.windows.push_back({(std::ptrdiff_t{y} * w.out_width + x) * sizes.dest, first,
                               static_cast<std::int32_t>(lists.sources.size()) - first});
    }
  }
  return lists;
}

}  // namespace anole::fused
