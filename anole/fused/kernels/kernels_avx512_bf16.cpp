// The products over bfloat16 for AVX512-BF16: those of kernels.inl with one instruction in the
// place of the multiply-add, vdpbf16ps; and the conversions, which AMX needs too.
#include <immintrin.h>

#define ANOLE_LANES 16
#define ANOLE_BF16
#define ANOLE_KERNELS_NAME "avx512_bf16"
#include "anole/fused/kernels/kernels.inl"
#include "anole/fused/kernels/kernels_amx.h"

namespace anole::fused {
namespace {

// Words (first[i], second[i]), lanes in the order `lanes` names: 0 … 15 of the first, 16 … 31 of
// the second.
inline Vector words_of(Vector first, Vector second, __m512i lanes) {
  const auto halves = (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
  return (Vector)_mm512_permutexvar_epi16(lanes, halves);
}
// Channel by channel.
inline __m512i interleaved() {
  return _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22,
                          6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
}
// The even channels, then the odd ones.
inline __m512i even_then_odd() {
  return _mm512_set_epi16(31, 15, 29, 13, 27, 11, 25, 9, 23, 7, 21, 5, 19, 3, 17, 1, 30, 14, 28, 12,
                          26, 10, 24, 8, 22, 6, 20, 4, 18, 2, 16, 0);
}

void rows(const Extent& extent, const float* values, float* words) {
  const std::ptrdiff_t block = std::ptrdiff_t{extent.batch} * kBlock;
  for (int pixel = 0; pixel < extent.pixels; ++pixel) {
    for (int i = 0; i < extent.blocks; i += 2, values += 2 * block) {
      const bool half = i + 1 == extent.blocks;
      for (int n = 0; n < extent.batch; ++n, words += kBlock) {
        const Vector low = load(values + n * kBlock);
        const Vector high = half ? Vector{} : load(values + block + n * kBlock);
        *reinterpret_cast<__m512bh*>(words) = _mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
      }
      if (half) values -= block;
    }
  }
}

// Pair i of a pixel's block; zeros for rows that are not there.
inline Vector pair(const float* values, int i, int batch, __m512i lanes) {
  if (2 * i >= batch) return Vector{};
  const Vector second = 2 * i + 1 < batch ? load(values + (2 * i + 1) * kBlock) : Vector{};
  return words_of(load(values + 2 * i * kBlock), second, lanes);
}

void pairs(const Extent& extent, const float* values, float* words) {
  const int count = bf16_pairs(extent.batch), blocks = extent.pixels * extent.blocks;
  const auto lanes = interleaved();
  for (int block = 0; block < blocks; ++block, values += extent.batch * kBlock) {
    for (int i = 0; i < count; ++i, words += kBlock) {
      store(words, pair(values, i, extent.batch, lanes));
    }
  }
}

// Transposes 8 x 16 words, of even and then odd channels, into 16 x 8: each exchange swaps a bit of
// the row's number with one of the lane's.
template <int S = 4>
inline void transpose_half(Vector (&rows)[8]) {
  ANOLE_UNROLL for (int i = 0; i < 8; ++i) {
    if ((i & S) == 0) exchange<S>(rows[i], rows[i + S], std::make_index_sequence<kLanes>());
  }
  if constexpr (S > 1) transpose_half<S / 2>(rows);
}

template <int kPairs>
void columns_of(const Extent& extent, const float* values, float* words) {
  const int tiles = bf16_tiles(extent.batch), count = bf16_pairs(extent.batch) / tiles;
  const int blocks = extent.pixels * extent.blocks;
  const auto lanes = kPairs == 8 ? even_then_odd() : interleaved();
  for (int block = 0; block < blocks; ++block, values += extent.batch * kBlock) {
    for (int tile = 0; tile < tiles; ++tile, words += kBlock * kPairs) {
      Vector square[kPairs];
      ANOLE_UNROLL for (int i = 0; i < kPairs; ++i) {
        square[i] = i < count ? pair(values, tile * count + i, extent.batch, lanes) : Vector{};
      }
      if constexpr (kPairs == 8) {
        transpose_half(square);
      } else {
        transpose_square(square);
      }
      ANOLE_UNROLL for (int i = 0; i < kPairs; ++i) store(words + i * kLanes, square[i]);
    }
  }
}

// Pairs a row of columns has room for.
int column_words(int batch) { return bf16_pairs(batch) / bf16_tiles(batch) <= 8 ? 8 : 16; }

void columns(const Extent& extent, const float* values, float* words) {
  column_words(extent.batch) == 8 ? columns_of<8>(extent, values, words)
                                  : columns_of<16>(extent, values, words);
}

int pair_words(int batch) { return bf16_pairs(batch) * kBlock; }
int column_block_words(int batch) { return bf16_tiles(batch) * kBlock * column_words(batch); }

void weights(const Transpose& t) {
  const int word_rows = bf16_padded(t.channels_in) / 2;
  const auto lanes = interleaved();
  for (int out = 0; out < t.channels_out; out += kLanes) {
    const int width = panel_width(out, t.channels_out);
    const float* source = t.source + panel_offset(out, t.taps * t.channels_in);
    float* dest = t.dest + panel_offset(out, t.taps * word_rows);
    for (int tap = 0; tap < t.taps; ++tap) {
      for (int row = 0; row < word_rows; ++row, dest += width) {
        if (2 * row >= t.channels_in) {
          store(dest, Vector{});
          continue;
        }
        store(dest, words_of(load(source), load(source + width), lanes));
        source += 2 * width;
      }
    }
  }
}

// Squares of 16 input channels x 32 output channels as words of two output channels.
void transposed(const Transpose& t) {
  const int padded = bf16_padded(t.channels_out);
  Vector square[kLanes];
  for (int out = 0; out < padded; out += kBf16Block) {
    const int width = panel_width(out, t.channels_out);
    const float* panel = t.source + panel_offset(out, t.taps * t.channels_in);
    for (int tap = 0; tap < t.taps; ++tap) {
      for (int in = 0; in < t.channels_in; in += kLanes) {
        const int width_in = panel_width(in, t.channels_in);
        const float* source = panel + (std::ptrdiff_t{tap} * t.channels_in + in) * width;
        float* dest = t.dest + panel_offset(in, t.taps * padded / 2) +
                      (std::ptrdiff_t{tap} * padded + out) / 2 * width_in;
        ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) {
          const Vector high = width == kPanel ? load(source + i * width + kLanes) : Vector{};
          square[i] = (Vector)_mm512_cvtne2ps_pbh((__m512)high, (__m512)load(source + i * width));
        }
        transpose_square(square);
        ANOLE_UNROLL for (int i = 0; i < kLanes; ++i) store(dest + i * width_in, square[i]);
      }
    }
  }
}

constexpr Bf16Kernels kAvx512{.name = ANOLE_KERNELS_NAME,
                              .product = kKernels.product,
                              .weight_gradient = kKernels.weight_gradient,
                              .rows = rows,
                              .pairs = pairs,
                              .source = pairs,
                              .source_words = pair_words,
                              .weights = weights,
                              .transposed = transposed};

constexpr Bf16Kernels with_amx() {
  Bf16Kernels set = kAvx512;
  set.name = "amx";
  set.product = amx::product;
  set.weight_gradient = amx::weight_gradient;
  set.source = columns;
  set.source_words = column_block_words;
  return set;
}

}  // namespace

const Bf16Kernels kKernelsAvx512Bf16 = kAvx512;
const Bf16Kernels kKernelsAmx = with_amx();

}  // namespace anole::fused
