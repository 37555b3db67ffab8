// One instruction multiplies a tile of M rows x 16 words by one of 16 words x 16 columns, in 16
// cycles for 16 rows and in 9 for up to 8: what is not there is not paid for, in M. Loads of a tile
// take 8 cycles. So 2 x 2 tiles of sums are held, and each tile read is used twice:
//   product: two pixels with the same taps x 32 output channels, a tile's rows are the batch;
//   weight gradient: 32 input channels x 32 output channels, a tile's words are the batch.
// GCC's intrinsics tell the compiler nothing about the memory that they read: the barriers do.
#include "anole/fused/kernels/kernels_amx.h"

#include <immintrin.h>

namespace anole::fused::amx {
namespace {

constexpr int kTileRows = 16;
constexpr int kWord = 4;  // bytes
constexpr int kRowBytes = kBlock * kWord;
// Tiles 0 … 3: sums; 4, 5: left; 6, 7: right.

inline void barrier() { asm volatile("" ::: "memory"); }

// Of a tile.
struct Shape {
  int rows, words;
};
struct Shapes {
  Shape left, right;
};

// Configures the tiles for its lifetime; afterwards the thread has no state to be saved.
class Tiles {
 public:
  explicit Tiles(const Shapes& shapes) {
    Configuration c;
    for (int i = 0; i < 4; ++i) c.set(i, {shapes.left.rows, kTileRows});
    for (int i = 4; i < 6; ++i) c.set(i, shapes.left);
    for (int i = 6; i < 8; ++i) c.set(i, shapes.right);
    barrier();
    _tile_loadconfig(&c);
  }
  ~Tiles() {
    _tile_release();
    barrier();
  }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

 private:
  struct alignas(64) Configuration {  // as the instruction reads it
    std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};

    void set(int tile, Shape shape) {
      rows[tile] = static_cast<std::uint8_t>(shape.rows);
      row_bytes[tile] = static_cast<std::uint16_t>(shape.words * kWord);
    }
  };
};

inline int min(int a, int b) { return a < b ? a : b; }
inline int panel_width(int column, int channels_out) {
  return min(kPanel, channels_out - column / kPanel * kPanel);
}

// ---- product

// M positions with the same taps, rows from `row` on, V tiles of output channels from `column` on.
template <int M, int V>
void product_tile(const Product& p, const Position* positions, int row, int column) {
  const int width = V * kBlock;
  const float* weights = p.weights + std::ptrdiff_t{column} * p.weight_rows;
  const std::ptrdiff_t second = M == 2 ? positions[M - 1].source - positions[0].source : 0;
  if (p.bias != nullptr) {  // a stride of 0: every row
    _tile_loadd(0, p.bias + column, 0);
    if constexpr (V == 2) _tile_loadd(1, p.bias + column + kBlock, 0);
    if constexpr (M == 2) _tile_loadd(2, p.bias + column, 0);
    if constexpr (M == 2 && V == 2) _tile_loadd(3, p.bias + column + kBlock, 0);
  } else {
    _tile_zero(0);
    if constexpr (V == 2) _tile_zero(1);
    if constexpr (M == 2) _tile_zero(2);
    if constexpr (M == 2 && V == 2) _tile_zero(3);
  }
  const Tap* const last = p.taps + positions->first_tap + positions->tap_count;
  for (const Tap* tap = last - positions->tap_count; tap != last; ++tap) {
    const float* source = p.source + (positions->source + tap->source) + row * kBlock;
    const float* weight = weights + tap->weight * width;
    for (int block = 0; block < p.blocks; ++block) {
      _tile_loadd(4, source, kRowBytes);
      _tile_loadd(6, weight, width * kWord);
      _tile_dpbf16ps(0, 4, 6);
      if constexpr (V == 2) {
        _tile_loadd(7, weight + kBlock, width * kWord);
        _tile_dpbf16ps(1, 4, 7);
      }
      if constexpr (M == 2) {
        _tile_loadd(5, source + second, kRowBytes);
        _tile_dpbf16ps(2, 5, 6);
      }
      if constexpr (M == 2 && V == 2) _tile_dpbf16ps(3, 5, 7);
      source += p.batch * kBlock;
      weight += kBlock * width;
    }
  }
  const std::ptrdiff_t channels = std::ptrdiff_t{column} * p.batch + row * kBlock;
  float* const to = p.dest + positions[0].dest + channels;
  _tile_stored(0, to, kRowBytes);
  if constexpr (V == 2) _tile_stored(1, to + p.batch * kBlock, kRowBytes);
  if constexpr (M == 2) {
    float* const next = p.dest + positions[1].dest + channels;
    _tile_stored(2, next, kRowBytes);
    if constexpr (V == 2) _tile_stored(3, next + p.batch * kBlock, kRowBytes);
  }
}

// All positions, for output channels from `column` on.
template <int V>
void product_columns(const Product& p, int row, int column) {
  const Position* const last = p.positions + p.position_count;
  for (const Position* at = p.positions; at != last;) {
    const bool two =
        at + 1 != last && at[0].first_tap == at[1].first_tap && at[0].tap_count == at[1].tap_count;
    two ? product_tile<2, V>(p, at, row, column) : product_tile<1, V>(p, at, row, column);
    at += two ? 2 : 1;
  }
}

// ---- gradient by the weights

// Two blocks of a layer's side, as far as there are two.
struct Side {
  const float* start;
  std::ptrdiff_t block;  // words to the next
  int words;             // a row of a tile
};

template <int M, int V>
void gradient_tile(const WeightGradient& g, const Run* run, const Run* last, const Side& source,
                   const Side& dest, float* gradient, bool add) {
  constexpr int kWidth = V * kBlock, kStride = kWidth * kWord;
  if (add) {
    _tile_loadd(0, gradient, kStride);
    if constexpr (V == 2) _tile_loadd(1, gradient + kBlock, kStride);
    if constexpr (M == 2) _tile_loadd(2, gradient + kBlock * kWidth, kStride);
    if constexpr (M == 2 && V == 2) _tile_loadd(3, gradient + kBlock * kWidth + kBlock, kStride);
  } else {
    _tile_zero(0);
    if constexpr (V == 2) _tile_zero(1);
    if constexpr (M == 2) _tile_zero(2);
    if constexpr (M == 2 && V == 2) _tile_zero(3);
  }
  const std::ptrdiff_t source_row = source.words * kWord;
  const int tiles = static_cast<int>(source.block / (kBlock * source.words));
  const int rows = g.batch / tiles;
  for (; run != last; ++run) {
    const float* x = source.start + run->source;
    const float* y = dest.start + run->dest;
    for (int i = 0; i < run->count; ++i, x += g.source_step, y += g.dest_step) {
      for (int tile = 0; tile < tiles; ++tile) {
        const float* left = x + tile * kBlock * source.words;
        const float* right = y + tile * rows * kBlock;
        _tile_loadd(4, left, source_row);
        _tile_loadd(6, right, kRowBytes);
        _tile_dpbf16ps(0, 4, 6);
        if constexpr (V == 2) {
          _tile_loadd(7, right + dest.block, kRowBytes);
          _tile_dpbf16ps(1, 4, 7);
        }
        if constexpr (M == 2) {
          _tile_loadd(5, left + source.block, source_row);
          _tile_dpbf16ps(2, 5, 6);
        }
        if constexpr (M == 2 && V == 2) _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
  _tile_stored(0, gradient, kStride);
  if constexpr (V == 2) _tile_stored(1, gradient + kBlock, kStride);
  if constexpr (M == 2) _tile_stored(2, gradient + kBlock * kWidth, kStride);
  if constexpr (M == 2 && V == 2) _tile_stored(3, gradient + kBlock * kWidth + kBlock, kStride);
}

void gradient_of_tap(const WeightGradient& g, int group, int tap, const Side& source) {
  const std::int32_t* first = g.first_run + group * g.taps + tap;
  const Run *run = g.runs + first[0], *last = g.runs + first[1];
  const bool add = group > 0;
  if (add && run == last) return;
  const int rows = g.taps * g.blocks * kBlock;
  for (int block = 0; block < g.blocks; block += 2) {
    Side x = source;
    x.start = g.source + block * source.block;
    const bool two = block + 1 < g.blocks;
    for (int column = 0; column < g.channels_out; column += kPanel) {
      const int width = panel_width(column, g.channels_out);
      const Side y{g.dest + std::ptrdiff_t{column} * g.batch, std::ptrdiff_t{g.batch} * kBlock,
                   kBlock};
      float* gradient = g.gradient + std::ptrdiff_t{column} * rows +
                        (std::ptrdiff_t{tap} * g.blocks + block) * kBlock * width;
      if (width == kPanel) {
        two ? gradient_tile<2, 2>(g, run, last, x, y, gradient, add)
            : gradient_tile<1, 2>(g, run, last, x, y, gradient, add);
      } else {
        two ? gradient_tile<2, 1>(g, run, last, x, y, gradient, add)
            : gradient_tile<1, 1>(g, run, last, x, y, gradient, add);
      }
    }
  }
}

}  // namespace

void product(const Product& p) {
  // N rows in as few tiles as there may be, all of the same height: some may meet.
  const int tiles = (p.batch + kTileRows - 1) / kTileRows, rows = (p.batch + tiles - 1) / tiles;
  const Tiles configured({.left = {rows, kBlock}, .right = {kTileRows, kBlock}});
  for (int column = 0; column < p.channels_out; column += kPanel) {
    for (int tile = 0; tile < tiles; ++tile) {
      const int row = min(tile * rows, p.batch - rows);
      panel_width(column, p.channels_out) == kPanel ? product_columns<2>(p, row, column)
                                                    : product_columns<1>(p, row, column);
    }
  }
}

void weight_gradient(const WeightGradient& g) {
  // A block of columns is [tile][16][words]; pixel to pixel are `blocks` of them, times a stride.
  const int tiles = bf16_tiles(2 * g.batch), pairs = g.batch / tiles;
  const int words = pairs <= 8 ? 8 : 16;
  const Side source{g.source, std::ptrdiff_t{tiles} * kBlock * words, words};
  const Tiles configured({.left = {kTileRows, pairs}, .right = {pairs, kBlock}});
  for (int group = 0; group < g.groups; ++group) {
    for (int tap = 0; tap < g.taps; ++tap) gradient_of_tap(g, group, tap, source);
  }
}

}  // namespace anole::fused::amx
