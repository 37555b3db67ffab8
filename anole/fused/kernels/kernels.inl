// The kernels of kernels.h, over vectors of ANOLE_LANES floats. Included by one source file for
// each instruction set, which is compiled for it: everything here has internal linkage, and nothing
// of the standard library's is used, so that no code for a newer CPU is shared with other files.
//
// Register tiles, from the number of vector registers R and the latency L = 4 of a multiply-add at
// two a cycle, so that at least 8 sums must be on their way:
//   product: kRows x kColumns sums + kColumns weights + 1 broadcast <= R
//     AVX-512, R = 32: 14 x 2 + 2 + 1 = 31; AVX2, R = 16: 6 x 2 + 2 + 1 = 15;
//     Neon, R = 32: 5 x 4 + 4 + 5 = 29, for GCC loads the inputs of all rows before it multiplies,
//     and with a sixth row moves sums through memory; SSE, R = 16: 2 x 4 + 4 + 1 = 13.
//   weight gradient: kGradientRows x kColumns sums + kColumns results + 1 broadcast; rows
//   divide 16.

#include <utility>  // index_sequence: a type only

#include "anole/fused/kernels/kernels.h"

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
#define ANOLE_ROWS 5
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
constexpr int kColumns = ANOLE_COLUMNS;                     // vectors of a tile
constexpr int kTile = kLanes * kColumns;                    // output channels of a tile: 16 or 32
constexpr int kRows = ANOLE_ROWS;                           // most rows of a tile
constexpr int kGradientRows = ANOLE_GRADIENT_ROWS;          // weight rows of a gradient tile
constexpr int kRawRows = kLanes == 16 ? 9 : kGradientRows;  // the same for a raw input: 3 x 3 taps
constexpr int kVectors = kBlock / kLanes;                   // vectors of a block

typedef float Vector __attribute__((vector_size(kLanes * 4), may_alias));
typedef std::int32_t IntVector __attribute__((vector_size(kLanes * 4), may_alias));

inline Vector load(const float* at) { return *reinterpret_cast<const Vector*>(at); }
inline void store(float* at, Vector value) { *reinterpret_cast<Vector*>(at) = value; }
inline Vector broadcast(float value) { return value - Vector{}; }
inline Vector max(Vector a, Vector b) { return a > b ? a : b; }
inline int min(int a, int b) { return a < b ? a : b; }
// sum + x * w; with ANOLE_BF16, over words of two bfloat16: both products are added.
inline Vector multiply_add(Vector sum, float x, Vector w) {
#ifdef ANOLE_BF16
  const auto both = (__m512bh)_mm512_set1_ps(x);  // not by arithmetic: a word is no float
  return (Vector)_mm512_dpbf16_ps((__m512)sum, both, (__m512bh)w);
#else
  return sum + x * w;
#endif
}

// `total` rows in nearly equal tiles: tile i begins at floor(i total / tiles). It is found without
// that product, which passes 2^31 for 140,000 rows in tiles of 9.
struct Cut {
  Cut(int total, int tiles) : count(tiles), least(total / tiles), rest(total % tiles) { grow(); }
  void next() {
    first += rows;
    grow();
  }
  void grow() {
    error += rest;
    rows = least + (error >= count ? 1 : 0);
    if (error >= count) error -= count;
  }

  int count, least, rest;
  int first = 0, rows = 0, error = 0;
};

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
  constexpr int kTogether = kRow == kBlock ? 8 : 1;  // channels of an unrolled loop
  const int row_floats = kRow != 0 ? kRow : p.row_channels;
  const int width = kTile == kPanel ? V * kLanes : panel_width(column, p.channels_out);
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
      for (int first = 0; first < row_floats; first += kTogether) {
        ANOLE_UNROLL for (int k = 0; k < kTogether; ++k, weight += width) {
          Vector w[V];
          ANOLE_UNROLL for (int v = 0; v < V; ++v) w[v] = load(weight + v * kLanes);
          ANOLE_UNROLL for (int m = 0; m < M; ++m) {
            const float x = source[m * row_floats + first + k];
            ANOLE_UNROLL for (int v = 0; v < V; ++v) sums[m][v] = multiply_add(sums[m][v], x, w[v]);
          }
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
  const Cut whole(p.batch, (p.batch + kRows - 1) / kRows);
  for (int column = 0; column < p.channels_out; column += kTile) {
    const bool half = p.channels_out - column < kTile;  // 16 channels are left
    for (int i = 0; i < p.position_count; ++i) {
      for (Cut tile = whole; tile.first < p.batch; tile.next()) {
        if constexpr (kTile > kBlock) {
          if (half) {
            tile_of<kColumns / 2, kRow>(tile.rows)(p, p.positions[i], tile.first, column);
            continue;
          }
        }
        tile_of<kColumns, kRow>(tile.rows)(p, p.positions[i], tile.first, column);
      }
    }
  }
}

void product(const Product& p) {
  switch (p.row_channels) {
    case kBlock:
      return product_of_rows<kBlock>(p);
    case 1:  // grey
      return product_of_rows<1>(p);
    case 3:  // RGB
      return product_of_rows<3>(p);
    default:
      return product_of_rows<0>(p);
  }
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
#pragma GCC unroll 4
      for (int n = 0; n < g.batch; ++n) {
        Vector d[V];
        ANOLE_UNROLL for (int v = 0; v < V; ++v) {
          d[v] = load(y + channel_offset(v * kLanes, g.batch) + n * kBlock);
        }
        ANOLE_UNROLL for (int m = 0; m < M; ++m) {
          const float factor = x[n * kBlock + m];
          ANOLE_UNROLL for (int v = 0; v < V; ++v) {
            sums[m][v] = multiply_add(sums[m][v], factor, d[v]);
          }
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
  float* gradient =
      g.gradient + panel_offset(column, g.weight_rows) + static_cast<std::ptrdiff_t>(row) * width;
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
  const Cut whole(g.weight_rows, (g.weight_rows + kRawRows - 1) / kRawRows);
  for (int i = 0; i < g.run_count; ++i) {
    for (int column = 0; column < g.channels_out; column += kTile) {
      for (Cut tile = whole; tile.first < g.weight_rows; tile.next()) {
        if constexpr (kTile > kBlock) {
          if (g.channels_out - column < kTile) {
            raw_gradient_rows<kColumns / 2>(tile.rows, g, g.runs[i], tile.first, column,
                                            g.add || i > 0);
            continue;
          }
        }
        raw_gradient_rows<kColumns>(tile.rows, g, g.runs[i], tile.first, column, g.add || i > 0);
      }
    }
  }
}

// ---- sums over pixels and rows

// Calls visit(offset of row 0, channel) for every vector of every pixel, front to back.
template <class Visit>
inline void for_vectors(const Extent& extent, Visit visit) {
  const std::ptrdiff_t block_floats = std::ptrdiff_t{extent.batch} * kBlock;
  std::ptrdiff_t at = 0;
  for (int pixel = 0; pixel < extent.pixels; ++pixel) {
    for (int block = 0; block < extent.blocks; ++block, at += block_floats) {
      for (int v = 0; v < kVectors; ++v) visit(at + v * kLanes, block * kBlock + v * kLanes);
    }
  }
}

// sums[i][channel] += sum over pixels and rows of what term(channel)(offset, s) adds to s[i]. Rows
// of a pixel are summed before pixels, which keeps the rounding small; two chains, for the latency
// of an addition.
template <int kSums, class Term>
inline void add_channels(const Extent& extent, float* const (&sums)[kSums], Term term) {
  for_vectors(extent, [&](std::ptrdiff_t at, int channel) {
    Vector even[kSums] = {}, odd[kSums] = {};
    const auto add = term(channel);
    int n = 0;
    for (; n + 1 < extent.batch; n += 2) {
      add(at + n * kBlock, even);
      add(at + (n + 1) * kBlock, odd);
    }
    if (n < extent.batch) add(at + n * kBlock, even);
    for (int i = 0; i < kSums; ++i) {
      store(sums[i] + channel, load(sums[i] + channel) + (even[i] + odd[i]));
    }
  });
}

template <int kSums, class Term>
inline void sum_channels(const Extent& extent, float* const (&sums)[kSums], Term term) {
  for (int channel = 0; channel < extent.blocks * kBlock; channel += kLanes) {
    for (int i = 0; i < kSums; ++i) store(sums[i] + channel, Vector{});
  }
  add_channels<kSums>(extent, sums, term);
}

void channel_sums(const Extent& extent, const float* values, float* sums) {
  sum_channels<1>(extent, {sums}, [values](int) {
    return [values](std::ptrdiff_t at, Vector* sum) { sum[0] += load(values + at); };
  });
}

// ---- batch normalisation

inline Vector inverse_root(Vector variance, float eps) {
  Vector result;
  for (int i = 0; i < kLanes; ++i) result[i] = 1.0f / __builtin_sqrtf(variance[i] + eps);
  return result;
}

// `mean` <- the mean of some eight pixels; sums <- 0.
void begin_measure(const Measure& job) {
  const Extent& extent = job.extent;
  const int step = extent.pixels / 8 + 1, count = (extent.pixels + step - 1) / step;
  const float share = 1.0f / static_cast<float>(count * extent.batch);
  const std::ptrdiff_t pixel_floats = std::ptrdiff_t{extent.blocks} * extent.batch * kBlock;
  for (int channel = 0; channel < extent.blocks * kBlock; channel += kLanes) {
    const float* from = job.source + channel_offset(channel, extent.batch);
    Vector sum = {};
    for (int pixel = 0; pixel < extent.pixels; pixel += step) {
      for (int n = 0; n < extent.batch; ++n) sum += load(from + pixel * pixel_floats + n * kBlock);
    }
    store(job.mean + channel, sum * share);
    store(job.sums + channel, Vector{});
    store(job.variance + channel, Vector{});
  }
}

void end_measure(const Measure& job) {
  const float share = 1.0f / static_cast<float>(job.pixels * job.extent.batch);
  for (int channel = 0; channel < job.extent.blocks * kBlock; channel += kLanes) {
    const Vector d = load(job.sums + channel) * share;
    store(job.mean + channel, load(job.mean + channel) + d);
    store(job.variance + channel, max(load(job.variance + channel) * share - d * d, Vector{}));
  }
}

void measure(const Measure& job) {
  if (job.first) begin_measure(job);
  add_channels<2>(job.extent, {job.sums, job.variance}, [&job](int channel) {
    return [source = job.source, guess = load(job.mean + channel)](std::ptrdiff_t at, Vector* s) {
      const Vector d = load(source + at) - guess;
      s[0] += d;
      s[1] += d * d;
    };
  });
  if (job.last) end_measure(job);
}

// normalised and scaled = x * factor + offset
struct Affine {
  Vector factor, offset;
};
inline Affine affine(const NormArrays& arrays, int channel, float eps) {
  const Vector inverse = inverse_root(load(arrays.variance + channel), eps);
  const Vector factor = load(arrays.scale + channel) * inverse;
  return {factor, load(arrays.shift + channel) - load(arrays.mean + channel) * factor};
}

// Of all channels, in `scratch`: factors, then offsets.
struct AffineArrays {
  float *factors, *offsets;
  Affine at(int channel) const { return {load(factors + channel), load(offsets + channel)}; }
};
AffineArrays affine_arrays(const NormArrays& arrays, int channels, float eps, float* scratch) {
  const AffineArrays all{scratch, scratch + channels};
  for (int channel = 0; channel < channels; channel += kLanes) {
    const Affine a = affine(arrays, channel, eps);
    store(all.factors + channel, a.factor);
    store(all.offsets + channel, a.offset);
  }
  return all;
}
AffineArrays affine_arrays(const NormForward& norm) {
  return affine_arrays(norm.arrays, norm.extent.blocks * kBlock, norm.eps, norm.scratch);
}
AffineArrays affine_arrays(const NormBackward& norm) {
  return affine_arrays(norm.arrays, norm.extent.blocks * kBlock, norm.eps, norm.scratch);
}

template <bool kRelu>
void normalize(const NormForward& norm) {
  const auto all = affine_arrays(norm);
  for_vectors(norm.extent, [&](std::ptrdiff_t at, int channel) {
    const Affine a = all.at(channel);
    for (int n = 0; n < norm.extent.batch; ++n) {
      const Vector y = load(norm.arrays.source + at + n * kBlock) * a.factor + a.offset;
      store(norm.dest + at + n * kBlock, kRelu ? max(y, Vector{}) : y);
    }
  });
}

void norm_forward(const NormForward& norm) {
  norm.relu ? normalize<true>(norm) : normalize<false>(norm);
}

// With h the normalised source, n its count and dy the gradient where ReLU let it pass:
//   dshift = sum dy;  dscale = sum dy h;
//   dx = scale / sqrt(variance + eps) (dy - dshift / n - h dscale / n)
//      = factor dy - (slope x - rest)
struct NormSlopes {
  explicit NormSlopes(const NormBackward& norm)
      : affine{norm.scratch, norm.scratch + norm.extent.blocks * kBlock},
        slopes(affine.offsets + norm.extent.blocks * kBlock),
        rests(slopes + norm.extent.blocks * kBlock) {}
  AffineArrays affine;
  float *slopes, *rests;
};

// dy where ReLU let it pass, decided as in the forward pass.
template <bool kRelu>
inline Vector passed(Vector x, Vector dy, const Affine& a) {
  return kRelu ? (x * a.factor + a.offset > Vector{} ? dy : Vector{}) : dy;
}

// The gradients by scale and shift from x and dy at the `extent` where dy may not be 0, then slopes
// and rests.
template <bool kRelu>
void find_slopes(const NormBackward& norm, const Extent& extent, const float* source,
                 const float* gradient) {
  const int channels = norm.extent.blocks * kBlock;
  const NormSlopes result(norm);
  const auto all = affine_arrays(norm);
  float *dshift = norm.shift_gradient, *dscale = norm.scale_gradient;
  sum_channels<2>(extent, {dshift, dscale}, [=](int channel) {
    return [=, a = all.at(channel), mean = load(norm.arrays.mean + channel)](std::ptrdiff_t at,
                                                                             Vector* s) {
      const Vector x = load(source + at), dy = passed<kRelu>(x, load(gradient + at), a);
      s[0] += dy;
      s[1] += dy * (x - mean);
    };
  });
  const float share = 1.0f / static_cast<float>(norm.extent.pixels * norm.extent.batch);
  for (int channel = 0; channel < channels; channel += kLanes) {
    const Vector inverse = inverse_root(load(norm.arrays.variance + channel), norm.eps),
                 factor = load(all.factors + channel);
    store(dscale + channel, load(dscale + channel) * inverse);
    const Vector slope = factor * inverse * load(dscale + channel) * share;
    store(result.slopes + channel, slope);
    store(result.rests + channel,
          slope * load(norm.arrays.mean + channel) - factor * load(dshift + channel) * share);
  }
}

template <bool kRelu>
void norm_backward_of(const NormBackward& norm) {
  const float* source = norm.arrays.source;
  float* gradient = norm.gradient;
  find_slopes<kRelu>(norm, norm.extent, source, gradient);
  const NormSlopes all(norm);
  for_vectors(norm.extent, [&](std::ptrdiff_t at, int channel) {
    const Affine a = all.affine.at(channel);
    const Vector slope = load(all.slopes + channel), rest = load(all.rests + channel);
    for (int n = 0; n < norm.extent.batch; ++n) {
      const Vector x = load(source + at + n * kBlock);
      float* const to = gradient + at + n * kBlock;
      store(to, a.factor * passed<kRelu>(x, load(to), a) - (slope * x - rest));
    }
  });
}

void norm_backward(const NormBackward& norm) {
  norm.relu ? norm_backward_of<true>(norm) : norm_backward_of<false>(norm);
}

// ---- batch normalisation with pooling

// Calls visit(window, lane, channel) for every vector of every window; lanes are [blocks][N][16].
template <class Visit>
inline void for_windows(const Pool& pool, int first, int last, const Extent& extent, Visit visit) {
  for (int w = first; w < last; ++w) {
    int lane = 0;
    for (int block = 0; block < extent.blocks; ++block) {
      for (int n = 0; n < extent.batch; ++n) {
        for (int v = 0; v < kVectors; ++v, lane += kLanes) {
          visit(pool.windows[w], lane, block * kBlock + v * kLanes);
        }
      }
    }
  }
}

// The first greatest of a window's normalised values.
struct Winner {
  Vector value, source;
  IntVector index;
};
inline Winner winner_of(const float* source, const std::ptrdiff_t* sources, int count, int lane,
                        const Affine& a) {
  const Vector first = load(source + sources[0] + lane);
  Winner best{first * a.factor + a.offset, first, IntVector{}};
  for (int i = 1; i < count; ++i) {
    const Vector x = load(source + sources[i] + lane), value = x * a.factor + a.offset;
    const IntVector greater = value > best.value;
    best.value = greater ? value : best.value;
    best.source = greater ? x : best.source;
    best.index = greater ? i - IntVector{} : best.index;
  }
  return best;
}

template <bool kRelu>
void normalize_and_pool(const NormPoolForward& job) {
  const auto all = affine_arrays(job.norm);
  for_windows(
      job.pool, 0, job.pool.window_count, job.norm.extent,
      [&](const PoolWindow& window, int lane, int channel) {
        const Winner best = winner_of(job.norm.arrays.source, job.pool.sources + window.first,
                                      window.count, lane, all.at(channel));
        store(job.norm.dest + window.dest + lane, kRelu ? max(best.value, Vector{}) : best.value);
        if (job.winner_sources != nullptr) {
          store(job.winner_sources + window.dest + lane, best.source);
        }
      });
}

void norm_pool_forward(const NormPoolForward& job) {
  job.norm.relu ? normalize_and_pool<true>(job) : normalize_and_pool<false>(job);
}

template <bool kRelu>
void norm_pool_backward_of(const NormPoolBackward& job) {
  Extent pooled = job.norm.extent;
  pooled.pixels = job.pool.window_count;
  if (job.first_window == 0) {
    find_slopes<kRelu>(job.norm, pooled, job.winner_sources, job.dest_gradient);
  }
  const NormSlopes all(job.norm);
  const float* source = job.norm.arrays.source;
  float* gradient = job.norm.gradient;
  for_windows(
      job.pool, job.first_window, job.last_window, pooled,
      [&](const PoolWindow& window, int lane, int channel) {
        const Affine a = all.affine.at(channel);
        const Vector slope = load(all.slopes + channel), rest = load(all.rests + channel);
        const std::ptrdiff_t* sources = job.pool.sources + window.first;
        const Winner best = winner_of(source, sources, window.count, lane, a);
        const Vector dy = load(job.dest_gradient + window.dest + lane);
        const Vector through = a.factor * (kRelu ? (best.value > Vector{} ? dy : Vector{}) : dy);
        for (int i = 0; i < window.count; ++i) {
          const std::ptrdiff_t at = sources[i] + lane;
          store(gradient + (at - job.gradient_start),
                (best.index == i ? through : Vector{}) - (slope * load(source + at) - rest));
        }
      });
}

void norm_pool_backward(const NormPoolBackward& job) {
  job.norm.relu ? norm_pool_backward_of<true>(job) : norm_pool_backward_of<false>(job);
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

// Exchanges the off-diagonal squares of side S in rows a and b, S rows apart.
template <int S, std::size_t... I>
inline void exchange(Vector& a, Vector& b, std::index_sequence<I...>) {
  const Vector low = __builtin_shufflevector(a, b, ((I & S) == 0 ? I : I - S + kLanes)...);
  b = __builtin_shufflevector(a, b, ((I & S) == 0 ? I + S : I + kLanes)...);
  a = low;
}

template <int S = kLanes / 2>
inline void transpose_square(Vector (&rows)[kLanes]) {
  ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
    if ((i & S) == 0) {
      exchange<S>(rows[i], rows[i + S], std::make_index_sequence<kLanes>());
    }
  }
  if constexpr (S > 1) transpose_square<S / 2>(rows);
}

inline Vector load_unaligned(const float* at) {
  typedef float Loose __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
  return *reinterpret_cast<const Loose*>(at);
}
inline void store_unaligned(float* at, Vector value) {
  typedef float Loose __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));
  *reinterpret_cast<Loose*>(at) = value;
}

void transpose(const Transpose& t) {
  Vector square[kLanes];
  for (int out = 0; out < t.channels_out; out += kLanes) {
    const int width = panel_width(out, t.channels_out);
    const float* panel = t.source + panel_offset(out, t.taps * t.channels_in);
    for (int tap = 0; tap < t.taps; ++tap) {
      for (int in = 0; in < t.channels_in; in += kLanes) {
        const int width_in = panel_width(in, t.channels_in);
        const float* source = panel + (std::ptrdiff_t{tap} * t.channels_in + in) * width;
        float* dest = t.dest + panel_offset(in, t.taps * t.channels_out) +
                      (std::ptrdiff_t{tap} * t.channels_out + out) * width_in;
        ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) square[i] = load(source + i * width);
        transpose_square(square);
        ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) store(dest + i * width_in, square[i]);
      }
    }
  }
}

// Whole squares first, what is left one by one.
void pack(const Pack& p, const float* flat, float* weights) {
  Vector square[kLanes];
  for (int out = 0; out < p.out; out += kLanes) {
    const int width = panel_width(out, p.channels_out), outs = min(kLanes, p.out - out);
    float* const column = weights + panel_offset(out, p.weight_rows);
    const float* const source = flat + std::ptrdiff_t{out} * p.row_count;
    int row = 0;
    for (; outs == kLanes && row + kLanes <= p.row_count; row += kLanes) {
      ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
        square[i] = load_unaligned(source + std::ptrdiff_t{i} * p.row_count + row);
      }
      transpose_square(square);
      ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
        store(column + std::ptrdiff_t{p.rows[row + i]} * width, square[i]);
      }
    }
    for (; row < p.row_count; ++row) {
      float* const to = column + std::ptrdiff_t{p.rows[row]} * width;
      for (int i = 0; i < outs; ++i) to[i] = source[std::ptrdiff_t{i} * p.row_count + row];
    }
  }
}

void unpack(const Pack& p, const float* weights, float* flat) {
  Vector square[kLanes];
  for (int out = 0; out < p.out; out += kLanes) {
    const int width = panel_width(out, p.channels_out), outs = min(kLanes, p.out - out);
    const float* const column = weights + panel_offset(out, p.weight_rows);
    float* const dest = flat + std::ptrdiff_t{out} * p.row_count;
    int row = 0;
    for (; outs == kLanes && row + kLanes <= p.row_count; row += kLanes) {
      ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
        square[i] = load(column + std::ptrdiff_t{p.rows[row + i]} * width);
      }
      transpose_square(square);
      ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
        store_unaligned(dest + std::ptrdiff_t{i} * p.row_count + row, square[i]);
      }
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
    .measure = measure,
    .norm_forward = norm_forward,
    .norm_backward = norm_backward,
    .norm_pool_forward = norm_pool_forward,
    .norm_pool_backward = norm_pool_backward,
    .pool_forward = pool_forward,
    .pool_backward = pool_backward,
    .relu_forward = relu_forward,
    .relu_backward = relu_backward,
    .tanh_forward = tanh_forward,
    .tanh_backward = tanh_backward,
};

}  // namespace
}  // namespace anole::fused
