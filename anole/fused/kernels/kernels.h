#pragma once

// The loops in which a step spends its time, written once (kernels.inl) and compiled once for each
// instruction set; `kernels()` is the set for this CPU.
//
// The layout. Activations are [H][W][C/16][N][16]: the rows of the batch lie side by side, in
// blocks of 16 channels, zero-padded. It makes every loop regular:
//   - a register tile is the whole batch at one pixel times 32 output channels. A row's distance to
//     the next is one cache line whatever the shape, so that addresses are constants;
//   - all rows of a tile have the same taps: what padding would read is left out, not multiplied;
//   - sums over pixels and rows (batch-norm, bias, weight gradients) run over whole lines.
// Weights are [panel][tap][input channel][32 output channels]: one panel is read front to back. The
// last panel has 16 channels if that is all that is left.
// A network's input with fewer than 16 channels, read by a convolution or linear layer, is
// [H][W][N][C] with the padding's zeros in place ("raw").
//
// Rules: no allocation, no exception, no locale; the order of every sum depends on shapes alone.

#include <cstddef>
#include <cstdint>

namespace anole::fused {

inline constexpr int kBlock = 16;  // channels of a block: an AVX-512 register, a cache line
inline constexpr int kPanel = 32;  // output channels of a weight panel

// An input pixel and the weights that one output pixel multiplies it by.
struct Tap {
  std::ptrdiff_t source = 0;  // floats from the position's source to the pixel
  std::ptrdiff_t weight = 0;  // first row of the weights, of `channels_out` each
};
// An output pixel; its taps are taps[first_tap … first_tap + tap_count).
struct Position {
  std::ptrdiff_t source = 0, dest = 0;  // floats into source and dest
  std::int32_t first_tap = 0, tap_count = 0;
};

// dest = bias + sum over taps of source x weights, for all rows of the batch at every position:
// convolution and linear layer forward, and their gradients by the input with transposed weights.
struct Product {
  const float* source = nullptr;
  const float* weights = nullptr;
  const float* bias = nullptr;  // [channels_out] or null
  float* dest = nullptr;        // blocks of [N][16]
  const Position* positions = nullptr;
  const Tap* taps = nullptr;
  int position_count = 0;
  int batch = 0;         // N
  int blocks = 0;        // channel blocks of a source pixel
  int row_channels = 0;  // channels of a block, and floats from row to row: 16, or C of a raw input
  int channels_out = 0;  // a multiple of 16
  int weight_rows = 0;   // rows of a panel: taps x input channels
};

// Output pixels side by side in a row, and the input pixels that one tap multiplies them with.
struct Run {
  std::ptrdiff_t source = 0, dest = 0;  // floats to the first of each
  std::int32_t count = 0;
};
// gradient = sum over runs and rows of source^T x dest, for every tap: the gradient by the weights
// of a convolution or linear layer. Runs come in groups that fit the first-level cache; sums over
// groups are kept in `gradient`.
struct WeightGradient {
  const float* source = nullptr;
  const float* dest = nullptr;  // gradient by the layer's result
  float* gradient = nullptr;    // in the layout of the weights
  const Run* runs = nullptr;
  const std::int32_t* first_run = nullptr;  // [groups x taps + 1] into runs
  int groups = 0, taps = 0;
  int batch = 0, blocks = 0, channels_out = 0;
  std::ptrdiff_t source_step = 0, dest_step = 0;  // floats from pixel to pixel of a run
};

// The same for a raw input: every output pixel has every tap, so that weight row m reads the input
// at offsets[m] from the pixel.
struct RawWeightGradient {
  const float* source = nullptr;
  const float* dest = nullptr;
  float* gradient = nullptr;
  const Run* runs = nullptr;  // one for each output row
  const std::ptrdiff_t* offsets = nullptr;
  int run_count = 0, weight_rows = 0;
  int batch = 0, row_channels = 0, channels_out = 0;
  std::ptrdiff_t source_step = 0, dest_step = 0;
  bool add = false;  // to what `gradient` holds
};

// Weights for the gradient by the input: [panel][tap][in][out] -> [panel][tap][out][in], both
// sides padded to blocks.
struct Transpose {
  const float* source = nullptr;
  float* dest = nullptr;
  int taps = 0, channels_in = 0, channels_out = 0;  // multiples of 16
};

// Between weights in the flat order [out][row] and the layout above; flat row i is row rows[i].
struct Pack {
  const std::int32_t* rows = nullptr;
  int row_count = 0;  // flat rows
  int out = 0;        // output channels, padding left out
  int channels_out = 0, weight_rows = 0;
};

// A contiguous run of activations: `pixels` x `blocks` x [N][16].
struct Extent {
  int pixels = 0, blocks = 0, batch = 0;
};

// Mean and variance of every channel, chunk by chunk of pixels: with d = x - guess, where the guess
// is the mean of some pixels of the first chunk, mean = guess + mean(d) and
// variance = mean(d^2) - mean(d)^2. If a share f of all pixels made the guess, mean(d)^2 is at most
// (1 - f) / f variances, so that little cancels.
struct Measure {
  Extent extent;  // of the chunk
  const float* source = nullptr;
  float* mean = nullptr;      // [blocks x 16]; the guess until the last chunk
  float* variance = nullptr;  // [blocks x 16], biased; sums of d^2 until the last chunk
  float* sums = nullptr;      // [blocks x 16], of d
  int pixels = 0;             // of all chunks
  bool first = true, last = true;
};

struct NormArrays {
  const float* source = nullptr;    // what is normalised
  const float* scale = nullptr;     // [blocks x 16]
  const float* shift = nullptr;     // [blocks x 16]
  const float* mean = nullptr;      // [blocks x 16]
  const float* variance = nullptr;  // [blocks x 16], biased
};
struct NormForward {
  Extent extent;
  NormArrays arrays;
  float* dest = nullptr;
  float* scratch = nullptr;  // [4 x blocks x 16]
  float eps = 0;
  bool relu = false;  // dest = max(0, normalised)
};
struct NormBackward {
  Extent extent;
  NormArrays arrays;
  float* gradient = nullptr;        // by the result on entry, by the source on return
  float* scale_gradient = nullptr;  // [blocks x 16]
  float* shift_gradient = nullptr;  // [blocks x 16]
  float* scratch = nullptr;         // [4 x blocks x 16]
  float eps = 0;
  bool relu = false;
};

// Max-pooling: one window for each output pixel. A window's winner is the first greatest.
struct PoolWindow {
  std::ptrdiff_t dest = 0;            // floats to the output pixel
  std::int32_t first = 0, count = 0;  // of its input pixels in `sources`
};
struct Pool {
  const PoolWindow* windows = nullptr;
  const std::ptrdiff_t* sources = nullptr;  // floats to an input pixel
  int window_count = 0;
  int lanes = 0;                    // floats of a pixel: blocks x N x 16
  std::int32_t* winners = nullptr;  // [windows][lanes]: index into the window; null: not kept
};

// Batch-norm, max-pool and ReLU in one: the normalised values are never stored. Every source pixel
// is in exactly one window.
struct NormPoolForward {
  NormForward norm;                 // dest: of the pooled result
  Pool pool;                        // winners are not kept
  float* winner_sources = nullptr;  // what won each window, as it was in source; null: not kept
};
// In parts, for a gradient that is used up while it is in the cache: the first part covers all
// windows in its sums; each writes the gradient by the source pixels of its own windows.
struct NormPoolBackward {
  NormBackward norm;  // gradient: by the source, written
  Pool pool;
  const float* winner_sources = nullptr;
  const float* dest_gradient = nullptr;  // by the pooled result
  int first_window = 0, last_window = 0;
  std::ptrdiff_t gradient_start = 0;  // floats into the source that norm.gradient stands for
};

struct Kernels {
  const char* name;
  void (*product)(const Product&);
  void (*weight_gradient)(const WeightGradient&);
  void (*raw_weight_gradient)(const RawWeightGradient&);
  // sums [blocks x 16] = sum over pixels and rows
  void (*channel_sums)(const Extent&, const float* values, float* sums);
  void (*transpose)(const Transpose&);
  void (*pack)(const Pack&, const float* flat, float* weights);
  void (*unpack)(const Pack&, const float* weights, float* flat);
  void (*measure)(const Measure&);
  void (*norm_forward)(const NormForward&);
  void (*norm_backward)(const NormBackward&);
  void (*norm_pool_forward)(const NormPoolForward&);
  void (*norm_pool_backward)(const NormPoolBackward&);
  void (*pool_forward)(const Pool&, const float* source, float* dest);
  // source_gradient, of `floats` numbers, is overwritten
  void (*pool_backward)(const Pool&, const float* dest_gradient, float* source_gradient,
                        std::size_t floats);
  // Over `floats` numbers, a multiple of 16; backward is in place and reads the result.
  void (*relu_forward)(const float* source, float* dest, std::size_t floats);
  void (*relu_backward)(const float* result, float* gradient, std::size_t floats);
  void (*tanh_forward)(const float* source, float* dest, std::size_t floats);
  void (*tanh_backward)(const float* result, float* gradient, std::size_t floats);
};

// The products of `precision = bf16`: operands are bfloat16, rounded to nearest even, sums float32.
// Structures and layouts are those above with 32-bit words of two bfloat16 in the place of floats,
// the first in the low half:
//   rows     [H][W][C/32][N][16]: input channels two by two, what `product` reads;
//   weights  [panel][tap][C/2][32]: the same of the weights, C rounded up to 32;
//   pairs    [H][W][C/16][P][16]: rows of the batch two by two, P = bf16_pairs(N) with zeros for
//            rows that are not there: what `weight_gradient` reads, with P for N;
//   columns  [H][W][C/16][tile][16][8 or 16]: pairs, transposed tile by tile of the batch.
inline constexpr int kBf16Block = 32;  // channels of a block of rows: a cache line

struct Bf16Kernels {
  const char* name;
  void (*product)(const Product&);
  void (*weight_gradient)(const WeightGradient&);
  // Conversions; `extent` is that of the floats.
  void (*rows)(const Extent&, const float* values, float* words);
  void (*pairs)(const Extent&, const float* values, float* words);
  // The source of `weight_gradient`: pairs, or columns, of so many words for a block of a pixel.
  void (*source)(const Extent&, const float* values, float* words);
  int (*source_words)(int batch);
  // Of the weights as they are, and transposed for the gradient by the input.
  void (*weights)(const Transpose&);
  void (*transposed)(const Transpose&);
};

// Tiles of at most 32 rows into which the batch is cut, and pairs of all of them.
inline int bf16_tiles(int batch) { return (batch + 31) / 32; }
inline int bf16_pairs(int batch) {
  const int tiles = bf16_tiles(batch), pairs = (batch + 1) / 2;
  return (pairs + tiles - 1) / tiles * tiles;
}
// Channels rounded up to whole blocks of rows.
inline int bf16_padded(int channels) {
  return (channels + kBf16Block - 1) / kBf16Block * kBf16Block;
}

// The set that isa() names.
const Kernels& kernels();
// The set that bf16_isa() names; null for none.
const Bf16Kernels* bf16_kernels();

extern const Kernels kKernelsBaseline;
#if defined(__x86_64__)
extern const Kernels kKernelsAvx2, kKernelsAvx512;
extern const Bf16Kernels kKernelsAvx512Bf16, kKernelsAmx;
#endif

}  // namespace anole::fused
