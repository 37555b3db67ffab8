// The kernels of kernels.h, over vectors of ANOLE_LANES floats. Included by one source file for each
// instruction set, which is compiled for it: everything here has internal linkage, and nothing of
// the standard library's is used, so that no code for a newer CPU is shared with other files.
//
// Register tiles, from the number of vector registers R and the latency L = 4 of a multiply-add at
// two a cycle, so that at least 8 sums must be on their way:
//   product: kRows x kColumns sums + kColumns weights + 1 broadcast <= R
//     AVX-512, R = 32: 14 x 2 + 2 + 1 = 31; AVX2, R = 16: 6 x 2 + 2 + 1 = 15;
//     Neon, R = 32: 6 x 4 + 4 + 1 = 29; SSE, R = 16: 2 x 4 + 4 + 1 = 13.
//   weight gradient: kGradientRows x kColumns sums + kColumns results + 1 broadcast; rows divide 16.

#include "anole/fused/kernels.h"

#if ANOLE_LANES == 16
#define ANOLE_COLUMNS 2
#define ANOLE_ROWS 14
#define ANOLE_GRADIENT_ROWS 8
#elif ANOLE_LANES == 8
#define ANOLE_COLUMNS 2
#define ANOLE_ROWS 6
#define ANOLE_GRADIENT_ROWS 4
#elif defined(__aarch64__)
#define ANOLE_COLUMNS 4
#define ANOLE_ROWS 6
#define ANOLE_GRADIENT_ROWS 4
#else
#define ANOLE_COLUMNS 4
#define ANOLE_ROWS 2
#define ANOLE_GRADIENT_ROWS 2
#endif
#define ANOLE_UNROLL _Pragma("GCC unroll 32")

namespace anole::fused {
namespace {

constexpr int kLanes = ANOLE_LANES;
constexpr int kColumns = ANOLE_COLUMNS;              // vectors of a tile
constexpr int kTile = kLanes * kColumns;             // output channels of a tile: 16 or 32
constexpr int kRows = ANOLE_ROWS;                    // most rows of a tile
constexpr int kGradientRows = ANOLE_GRADIENT_ROWS;   // weight rows of a gradient tile
constexpr int kRawRows = kLanes == 16 ? 9 : kGradientRows;  // the same for a raw input: 3 x 3 taps
constexpr int kVectors = kBlock / kLanes;            // vectors of a block

typedef float Vector __attribute__((vector_size(kLanes * 4), may_alias));
typedef std::int32_t IntVector __attribute__((vector_size(kLanes * 4), may_alias));
typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));

inline Vector load(const float* at) { return *reinterpret_cast<const Vector*>(at); }
inline void store(float* at, Vector value) { *reinterpret_cast<Vector*>(at) = value; }
inline Vector broadcast(float value) { return value - Vector{}; }
inline Vector max(Vector a, Vector b) { return a > b ? a : b; }
inline int min(int a, int b) { return a < b ? a : b; }

// The width of the weight panel that holds output channel `column`.
inline int panel_width(int column, int channels_out) {
  return min(kPanel, channels_out - column / kPanel * kPanel);
}
// Floats to the weights of output channel `column`, in a layer with `rows` weight rows.
inline std::ptrdiff_t panel_offset(int column, int rows) {
  return static_cast<std::ptrdiff_t>(column / kPanel) * kPanel * rows + column % kPanel;
}
// Floats to channel `column` of row 0 in a pixel of blocks [N][16].
inline std::ptrdiff_t channel_offset(int column, int batch) {
  return static_cast<std::ptrdiff_t>(column / kBlock) * kBlock * batch + column % kBlock;
}

// ---- product

// One tile: M rows from `row` on, V vectors of output channels from `column` on.
// kRow: floats from row to row, 0 if known only at run time.
template <int M, int V, int kRow>
void product_tile(const Product& p, const Position& position, int row, int column) {
  const int row_floats = kRow != 0 ? kRow : p.row_channels;
  const int width = panel_width(column, p.channels_out);
  const float* weights = p.weights + panel_offset(column, p.weight_rows);
  Vector sums[M][V];
  ANOLE_UNROLL for (int v = 0; v < V; ++v) {
    const Vector start = p.bias != nullptr ? load(p.bias + column + v * kLanes) : Vector{};
    ANOLE_UNROLL for (int m = 0; m < M; ++m) sums[m][v] = start;
  }
  const Tap* const last = p.taps + position.first_tap + position.tap_count;
  for (const Tap* tap = last - position.tap_count; tap != last; ++tap) {
    const float* source = p.source + (position.source + tap->source) + row * row_floats;
    const float* weight = weights + tap->weight * width;
    for (int block = 0; block < p.blocks; ++block, source += p.batch * kBlock) {
#pragma GCC unroll 4
      for (int k = 0; k < row_floats; ++k, weight += width) {
        Vector w[V];
        ANOLE_UNROLL for (int v = 0; v < V; ++v) w[v] = load(weight + v * kLanes);
        ANOLE_UNROLL for (int m = 0; m < M; ++m) {
          const float x = source[m * row_floats + k];
          ANOLE_UNROLL for (int v = 0; v < V; ++v) sums[m][v] += x * w[v];
        }
      }
    }
  }
  float* dest = p.dest + position.dest + row * kBlock;
  ANOLE_UNROLL for (int v = 0; v < V; ++v) {
    float* const to = dest + channel_offset(column + v * kLanes, p.batch);
    ANOLE_UNROLL for (int m = 0; m < M; ++m) store(to + m * kBlock, sums[m][v]);
  }
}

using ProductTile = void (*)(const Product&, const Position&, int row, int column);


// The tile for 1 … kRows rows.
template <int V, int kRow, int M = kRows>
ProductTile tile_of(int rows) {
  if constexpr (M == 1) {
    return product_tile<1, V, kRow>;
  } else {
    return rows == M ? product_tile<M, V, kRow> : tile_of<V, kRow, M - 1>(rows);
  }
}

template <int kRow>
void product_of_rows(const Product& p) {
  // N rows in as few tiles as there may be, all nearly equal.
  const int tiles = (p.batch + kRows - 1) / kRows;
  for (int column = 0; column < p.channels_out; column += kTile) {
    const bool half = p.channels_out - column < kTile;  // 16 channels are left
    for (int i = 0; i < p.position_count; ++i) {
      for (int tile = 0; tile < tiles; ++tile) {
        const int row = tile * p.batch / tiles, rows = (tile + 1) * p.batch / tiles - row;
        if constexpr (kTile > kBlock) {
          if (half) {
            tile_of<kColumns / 2, kRow>(rows)(p, p.positions[i], row, column);
            continue;
          }
        }
        tile_of<kColumns, kRow>(rows)(p, p.positions[i], row, column);
      }
    }
  }
}

void product(const Product& p) {
  if (p.row_channels == kBlock) return product_of_rows<kBlock>(p);
  product_of_rows<0>(p);
}

// ---- gradients by the weights

// M weight rows from channel `channel` of a block on, V vectors of output channels.
template <int M, int V>
void gradient_tile(const WeightGradient& g, const Run* run, const Run* last, const float* source,
                   const float* dest, float* gradient, int width, bool add) {
  Vector sums[M][V];
  ANOLE_UNROLL for (int m = 0; m < M; ++m) {
    ANOLE_UNROLL for (int v = 0; v < V; ++v) {
      sums[m][v] = add ? load(gradient + m * width + v * kLanes) : Vector{};
    }
  }
  for (; run != last; ++run) {
    const float* x = source + run->source;
    const float* y = dest + run->dest;
    for (int i = 0; i < run->count; ++i, x += g.source_step, y += g.dest_step) {
#pragma GCC unroll 2
      for (int n = 0; n < g.batch; ++n) {
        Vector d[V];
        ANOLE_UNROLL for (int v = 0; v < V; ++v) {
          d[v] = load(y + channel_offset(v * kLanes, g.batch) + n * kBlock);
        }
        ANOLE_UNROLL for (int m = 0; m < M; ++m) {
          const float factor = x[n * kBlock + m];
          ANOLE_UNROLL for (int v = 0; v < V; ++v) sums[m][v] += factor * d[v];
        }
      }
    }
  }
  ANOLE_UNROLL for (int m = 0; m < M; ++m) {
    ANOLE_UNROLL for (int v = 0; v < V; ++v) store(gradient + m * width + v * kLanes, sums[m][v]);
  }
}

void gradient_of_tap(const WeightGradient& g, int group, int tap) {
  const std::int32_t* first = g.first_run + group * g.taps + tap;
  const Run *run = g.runs + first[0], *last = g.runs + first[1];
  const bool add = group > 0;
  if (add && run == last) return;
  const int rows = g.taps * g.blocks * kBlock;
  for (int channel = 0; channel < g.blocks * kBlock; channel += kGradientRows) {
    const float* source = g.source + channel_offset(channel, g.batch);
    const std::ptrdiff_t row = tap * g.blocks * kBlock + channel;
    for (int column = 0; column < g.channels_out; column += kTile) {
      const int width = panel_width(column, g.channels_out);
      float* gradient = g.gradient + panel_offset(column, rows) + row * width;
      const float* dest = g.dest + channel_offset(column, g.batch);
      if constexpr (kTile > kBlock) {
        if (width == kBlock) {
          gradient_tile<kGradientRows, kColumns / 2>(g, run, last, source, dest, gradient, width,
                                                     add);
          continue;
        }
      }
      gradient_tile<kGradientRows, kColumns>(g, run, last, source, dest, gradient, width, add);
    }
  }
}

void weight_gradient(const WeightGradient& g) {
  for (int group = 0; group < g.groups; ++group) {
    for (int tap = 0; tap < g.taps; ++tap) gradient_of_tap(g, group, tap);
  }
}

template <int M, int V>
void raw_gradient_tile(const RawWeightGradient& g, const Run& run, int row, int column, bool add) {
  const int width = panel_width(column, g.channels_out);
  float* gradient = g.gradient + panel_offset(column, g.weight_rows) +
                    static_cast<std::ptrdiff_t>(row) * width;
  Vector sums[M][V];
  const float* x[M];
  ANOLE_UNROLL for (int m = 0; m < M; ++m) {
    x[m] = g.source + run.source + g.offsets[row + m];
    ANOLE_UNROLL for (int v = 0; v < V; ++v) {
      sums[m][v] = add ? load(gradient + m * width + v * kLanes) : Vector{};
    }
  }
  const float* y = g.dest + run.dest + channel_offset(column, g.batch);
  for (int i = 0; i < run.count; ++i, y += g.dest_step) {
    std::ptrdiff_t at = i * g.source_step;
    for (int n = 0; n < g.batch; ++n, at += g.row_channels) {
      Vector d[V];
      ANOLE_UNROLL for (int v = 0; v < V; ++v) {
        d[v] = load(y + channel_offset(v * kLanes, g.batch) + n * kBlock);
      }
      ANOLE_UNROLL for (int m = 0; m < M; ++m) {
        const float factor = x[m][at];
        ANOLE_UNROLL for (int v = 0; v < V; ++v) sums[m][v] += factor * d[v];
      }
    }
  }
  ANOLE_UNROLL for (int m = 0; m < M; ++m) {
    ANOLE_UNROLL for (int v = 0; v < V; ++v) store(gradient + m * width + v * kLanes, sums[m][v]);
  }
}

template <int V, int M = kRawRows>
void raw_gradient_rows(int rows, const RawWeightGradient& g, const Run& run, int row, int column,
                       bool add) {
  if constexpr (M == 1) {
    raw_gradient_tile<1, V>(g, run, row, column, add);
  } else {
    if (rows == M) return raw_gradient_tile<M, V>(g, run, row, column, add);
    raw_gradient_rows<V, M - 1>(rows, g, run, row, column, add);
  }
}

void raw_weight_gradient(const RawWeightGradient& g) {
  const int tiles = (g.weight_rows + kRawRows - 1) / kRawRows;
  for (int i = 0; i < g.run_count; ++i) {
    for (int column = 0; column < g.channels_out; column += kTile) {
      for (int tile = 0; tile < tiles; ++tile) {
        const int row = tile * g.weight_rows / tiles;
        const int rows = (tile + 1) * g.weight_rows / tiles - row;
        if constexpr (kTile > kBlock) {
          if (g.channels_out - column < kTile) {
            raw_gradient_rows<kColumns / 2>(rows, g, g.runs[i], row, column, i > 0);
            continue;
          }
        }
        raw_gradient_rows<kColumns>(rows, g, g.runs[i], row, column, i > 0);
      }
    }
  }
}

// ---- sums over pixels and rows

// The value at every pixel of one vector of channels, all rows: visit(offset) for each row's vector.
// Sums run over the rows of a pixel first, then over pixels, which keeps their rounding small.
template <int kSums, class Term>
void sum_over_pixels(const Extent& extent, int block, int vector, Vector (&totals)[kSums],
                     Term term) {
  const std::ptrdiff_t pixel_floats = std::ptrdiff_t{extent.blocks} * extent.batch * kBlock;
  std::ptrdiff_t at = std::ptrdiff_t{block} * extent.batch * kBlock + vector * kLanes;
  for (int s = 0; s < kSums; ++s) totals[s] = Vector{};
  for (int pixel = 0; pixel < extent.pixels; ++pixel, at += pixel_floats) {
    Vector even[kSums] = {}, odd[kSums] = {};  // two chains, for the latency of an addition
    int n = 0;
    for (; n + 1 < extent.batch; n += 2) {
      term(at + n * kBlock, even);
      term(at + (n + 1) * kBlock, odd);
    }
    if (n < extent.batch) term(at + n * kBlock, even);
    for (int s = 0; s < kSums; ++s) totals[s] += even[s] + odd[s];
  }
}

template <class Apply>
void for_pixels(const Extent& extent, int block, int vector, Apply apply) {
  const std::ptrdiff_t pixel_floats = std::ptrdiff_t{extent.blocks} * extent.batch * kBlock;
  std::ptrdiff_t at = std::ptrdiff_t{block} * extent.batch * kBlock + vector * kLanes;
  for (int pixel = 0; pixel < extent.pixels; ++pixel, at += pixel_floats) {
    for (int n = 0; n < extent.batch; ++n) apply(at + n * kBlock);
  }
}

void channel_sums(const Extent& extent, const float* values, float* sums) {
  for (int block = 0; block < extent.blocks; ++block) {
    for (int v = 0; v < kVectors; ++v) {
      Vector total[1];
      sum_over_pixels(extent, block, v, total,
                      [values](std::ptrdiff_t at, Vector* sum) { sum[0] += load(values + at); });
      store(sums + block * kBlock + v * kLanes, total[0]);
    }
  }
}

// ---- batch normalisation

inline Vector inverse_root(Vector variance, float eps) {
  Vector result;
  for (int i = 0; i < kLanes; ++i) result[i] = 1.0f / __builtin_sqrtf(variance[i] + eps);
  return result;
}

// Mean, then the mean of squared distances from it.
void measure(const NormForward& norm, int block, int vector) {
  const Extent& extent = norm.extent;
  const float* source = norm.arrays.source;
  const float share = 1.0f / static_cast<float>(extent.pixels * extent.batch);
  const int channel = block * kBlock + vector * kLanes;
  Vector sum[1];
  sum_over_pixels(extent, block, vector, sum,
                  [source](std::ptrdiff_t at, Vector* s) { s[0] += load(source + at); });
  const Vector mean = sum[0] * share;
  sum_over_pixels(extent, block, vector, sum, [source, mean](std::ptrdiff_t at, Vector* s) {
    const Vector distance = load(source + at) - mean;
    s[0] += distance * distance;
  });
  store(norm.arrays.mean + channel, mean);
  store(norm.arrays.variance + channel, sum[0] * share);
}

// normalised and scaled = x * factor + offset
struct Affine {
  Vector factor, offset;
};
inline Affine affine(const NormArrays& arrays, int channel, Vector inverse) {
  const Vector factor = load(arrays.scale + channel) * inverse;
  return {factor, load(arrays.shift + channel) - load(arrays.mean + channel) * factor};
}

void norm_forward(const NormForward& norm) {
  for (int block = 0; block < norm.extent.blocks; ++block) {
    for (int v = 0; v < kVectors; ++v) {
      if (!norm.frozen) measure(norm, block, v);
      const int channel = block * kBlock + v * kLanes;
      const Affine a = affine(norm.arrays, channel,
                              inverse_root(load(norm.arrays.variance + channel), norm.eps));
      const float* source = norm.arrays.source;
      float* dest = norm.dest;
      if (norm.relu) {
        for_pixels(norm.extent, block, v, [=](std::ptrdiff_t at) {
          store(dest + at, max(load(source + at) * a.factor + a.offset, Vector{}));
        });
      } else {
        for_pixels(norm.extent, block, v, [=](std::ptrdiff_t at) {
          store(dest + at, load(source + at) * a.factor + a.offset);
        });
      }
    }
  }
}

// With h the normalised source, n its count and dy the gradient where ReLU let it pass:
//   dshift = sum dy;  dscale = sum dy h;  dx = scale / sqrt(variance + eps) (dy - dshift / n - h dscale / n)
template <bool kRelu>
void norm_backward_of(const NormBackward& norm) {
  const float share = 1.0f / static_cast<float>(norm.extent.pixels * norm.extent.batch);
  const float* source = norm.arrays.source;
  float* gradient = norm.gradient;
  for (int block = 0; block < norm.extent.blocks; ++block) {
    for (int v = 0; v < kVectors; ++v) {
      const int channel = block * kBlock + v * kLanes;
      const Vector inverse = inverse_root(load(norm.arrays.variance + channel), norm.eps);
      const Affine a = affine(norm.arrays, channel, inverse);
      const Vector mean = load(norm.arrays.mean + channel);
      // As in the forward pass, so that both decide alike.
      const auto passed = [=](std::ptrdiff_t at) {
        const Vector dy = load(gradient + at);
        return kRelu ? (load(source + at) * a.factor + a.offset > Vector{} ? dy : Vector{}) : dy;
      };
      Vector sums[2];
      sum_over_pixels(norm.extent, block, v, sums, [=](std::ptrdiff_t at, Vector* s) {
        const Vector dy = passed(at);
        s[0] += dy;
        s[1] += dy * (load(source + at) - mean);
      });
      const Vector dscale = sums[1] * inverse;
      store(norm.shift_gradient + channel, sums[0]);
      store(norm.scale_gradient + channel, dscale);
      // dx = factor dy - slope (x - mean) - constant
      const Vector slope = a.factor * inverse * dscale * share, constant = a.factor * sums[0] * share;
      const Vector rest = slope * mean - constant;
      for_pixels(norm.extent, block, v, [=](std::ptrdiff_t at) {
        const Vector x = load(source + at);
        store(gradient + at, a.factor * passed(at) - (slope * x - rest));
      });
    }
  }
}

void norm_backward(const NormBackward& norm) {
  norm.relu ? norm_backward_of<true>(norm) : norm_backward_of<false>(norm);
}

// ---- max-pooling

void pool_forward(const Pool& pool, const float* source, float* dest) {
  for (int w = 0; w < pool.window_count; ++w) {
    const PoolWindow& window = pool.windows[w];
    const std::ptrdiff_t* sources = pool.sources + window.first;
    std::int32_t* winners =
        pool.winners == nullptr ? nullptr : pool.winners + std::ptrdiff_t{w} * pool.lanes;
    for (int lane = 0; lane < pool.lanes; lane += kLanes) {
      Vector best = load(source + sources[0] + lane);
      IntVector winner = {};
      for (int i = 1; i < window.count; ++i) {
        const Vector value = load(source + sources[i] + lane);
        const IntVector greater = value > best;
        best = greater ? value : best;
        winner = greater ? i - IntVector{} : winner;
      }
      store(dest + window.dest + lane, best);
      if (winners != nullptr) *reinterpret_cast<IntVector*>(winners + lane) = winner;
    }
  }
}

void pool_backward(const Pool& pool, const float* dest_gradient, float* source_gradient,
                   std::size_t floats) {
  for (std::size_t i = 0; i < floats; i += kLanes) store(source_gradient + i, Vector{});
  for (int w = 0; w < pool.window_count; ++w) {
    const PoolWindow& window = pool.windows[w];
    const std::ptrdiff_t* sources = pool.sources + window.first;
    const std::int32_t* winners = pool.winners + std::ptrdiff_t{w} * pool.lanes;
    for (int lane = 0; lane < pool.lanes; lane += kLanes) {
      const IntVector winner = *reinterpret_cast<const IntVector*>(winners + lane);
      const Vector gradient = load(dest_gradient + window.dest + lane);
      for (int i = 0; i < window.count; ++i) {
        float* const to = source_gradient + sources[i] + lane;
        store(to, load(to) + (winner == i ? gradient : Vector{}));
      }
    }
  }
}

// ---- elementwise

void relu_forward(const float* source, float* dest, std::size_t floats) {
  for (std::size_t i = 0; i < floats; i += kLanes) store(dest + i, max(load(source + i), Vector{}));
}

void relu_backward(const float* result, float* gradient, std::size_t floats) {
  for (std::size_t i = 0; i < floats; i += kLanes) {
    store(gradient + i, load(result + i) > Vector{} ? load(gradient + i) : Vector{});
  }
}

// e^x for x in [-87, 88], as 2^n e^r with |r| <= ln(2) / 2; polynomial and constants: Cephes expf.
inline Vector exponential(Vector x) {
  const Vector shifted = x * 1.44269504088896341f + 12582912.0f;  // rounds to an integer: 1.5 2^23
  const Vector n = shifted - 12582912.0f;
  const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  const IntVector power = (__builtin_convertvector(n, IntVector) + 127) << 23;
  return p * reinterpret_cast<const Vector&>(power);
}

// Near 0 an odd polynomial, so that small results keep their digits; constants: Cephes tanhf.
inline Vector hyperbolic_tangent(Vector x) {
  const Vector size = max(x, -x), z = x * x;
  Vector p = z * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const Vector small = p * z * x + x;
  const Vector limit = broadcast(10.0f);  // tanh(10) is 1 in float
  const Vector capped = size < limit ? size : limit;
  const Vector large = 1.0f - 2.0f / (exponential(capped + capped) + 1.0f);
  const Vector rest = x < Vector{} ? -large : large;
  const Vector result = size < 0.625f ? small : rest;
  return x == x ? result : x;  // not a number stays so
}

void tanh_forward(const float* source, float* dest, std::size_t floats) {
  for (std::size_t i = 0; i < floats; i += kLanes) {
    store(dest + i, hyperbolic_tangent(load(source + i)));
  }
}

void tanh_backward(const float* result, float* gradient, std::size_t floats) {
  for (std::size_t i = 0; i < floats; i += kLanes) {
    const Vector y = load(result + i);
    store(gradient + i, load(gradient + i) * (1.0f - y * y));
  }
}

// ---- transposition

inline Quad load4(const float* at) { return *reinterpret_cast<const Quad*>(at); }

// 4 x 4 floats; rows `from` floats apart become columns.
inline void transpose4(const float* source, std::ptrdiff_t from, float* dest, std::ptrdiff_t to) {
  const Quad a = load4(source), b = load4(source + from), c = load4(source + 2 * from),
             d = load4(source + 3 * from);
  const Quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5),
             ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7),
             cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5),
             cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *reinterpret_cast<Quad*>(dest) = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *reinterpret_cast<Quad*>(dest + to) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *reinterpret_cast<Quad*>(dest + 2 * to) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *reinterpret_cast<Quad*>(dest + 3 * to) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

void transpose(const Transpose& t) {
  for (int out = 0; out < t.channels_out; out += kBlock) {
    const int width = panel_width(out, t.channels_out);
    const float* panel = t.source + panel_offset(out, t.taps * t.channels_in);
    for (int tap = 0; tap < t.taps; ++tap) {
      for (int in = 0; in < t.channels_in; in += kBlock) {
        const int width_in = panel_width(in, t.channels_in);
        const float* source = panel + (std::ptrdiff_t{tap} * t.channels_in + in) * width;
        float* dest = t.dest + panel_offset(in, t.taps * t.channels_out) +
                      (std::ptrdiff_t{tap} * t.channels_out + out) * width_in;
        for (int i = 0; i < kBlock; i += 4) {
          for (int j = 0; j < kBlock; j += 4) {
            transpose4(source + i * width + j, width, dest + j * width_in + i, width_in);
          }
        }
      }
    }
  }
}

// Whole squares of 4 x 4 first, what is left one by one.
void pack(const Pack& p, const float* flat, float* weights) {
  for (int out = 0; out < p.out; out += 4) {
    const int width = panel_width(out, p.channels_out);
    float* const column = weights + panel_offset(out, p.weight_rows);
    const float* const source = flat + std::ptrdiff_t{out} * p.row_count;
    const int outs = min(4, p.out - out);
    int row = 0;
    for (; outs == 4 && row + 4 <= p.row_count; row += 4) {
      float square[16];
      transpose4(source + row, p.row_count, square, 4);
      for (int i = 0; i < 4; ++i) {
        float* const to = column + std::ptrdiff_t{p.rows[row + i]} * width;
        *reinterpret_cast<Quad*>(to) = load4(square + 4 * i);
      }
    }
    for (; row < p.row_count; ++row) {
      float* const to = column + std::ptrdiff_t{p.rows[row]} * width;
      for (int i = 0; i < outs; ++i) to[i] = source[std::ptrdiff_t{i} * p.row_count + row];
    }
  }
}

void unpack(const Pack& p, const float* weights, float* flat) {
  for (int out = 0; out < p.out; out += 4) {
    const int width = panel_width(out, p.channels_out);
    const float* const column = weights + panel_offset(out, p.weight_rows);
    float* const dest = flat + std::ptrdiff_t{out} * p.row_count;
    const int outs = min(4, p.out - out);
    int row = 0;
    for (; outs == 4 && row + 4 <= p.row_count; row += 4) {
      float square[16];
      for (int i = 0; i < 4; ++i) {
        const float* const from = column + std::ptrdiff_t{p.rows[row + i]} * width;
        *reinterpret_cast<Quad*>(square + 4 * i) = load4(from);
      }
      transpose4(square, 4, dest + row, p.row_count);
    }
    for (; row < p.row_count; ++row) {
      const float* const from = column + std::ptrdiff_t{p.rows[row]} * width;
      for (int i = 0; i < outs; ++i) dest[std::ptrdiff_t{i} * p.row_count + row] = from[i];
    }
  }
}

constexpr Kernels kKernels{
    .name = ANOLE_KERNELS_NAME,
    .product = product,
    .weight_gradient = weight_gradient,
    .raw_weight_gradient = raw_weight_gradient,
    .channel_sums = channel_sums,
    .transpose = transpose,
    .pack = pack,
    .unpack = unpack,
    .norm_forward = norm_forward,
    .norm_backward = norm_backward,
    .pool_forward = pool_forward,
    .pool_backward = pool_backward,
    .relu_forward = relu_forward,
    .relu_backward = relu_backward,
    .tanh_forward = tanh_forward,
    .tanh_backward = tanh_backward,
};

}  // namespace
}  // namespace anole::fused
