// Every kernel alone, in every instruction set that this CPU has, against the plain loops of the
// reference. Products are tried on small whole numbers: all sums stay below 2^24, so that float
// holds them exactly in any order, and every set must give the reference's very bits.

#include "anole/fused/kernels/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <ostream>

#include "anole/core/rng.h"
#include "anole/fused/windows.h"
#include "anole/reference/convolution.h"
#include "anole/reference/normalization.h"
#include "anole/reference/pooling.h"
#include "tests/fused/layout.h"

namespace anole::fused {

// How GoogleTest shows a set: the same in every run, unlike its address.
static void PrintTo(const Kernels* kernels, std::ostream* out) { *out << kernels->name; }

namespace {

std::vector<const Kernels*> kernel_sets() {
  std::vector<const Kernels*> sets{&kKernelsBaseline};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    sets.push_back(&kKernelsAvx2);
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    sets.push_back(&kKernelsAvx512);
  }
#endif
  return sets;
}

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& k() const { return *GetParam(); }
  Rng rng_{1, Stream::kTrainTask};

  std::vector<float> whole_numbers(std::size_t count) {  // in [-3, 3]
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(rng_.below(7)) - 3;
    return values;
  }
  std::vector<float> normals(std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(rng_.normal());
    return values;
  }
  // Distinct, 1/64 apart, in [-count/128, count/128], in random order.
  std::vector<float> shuffled_steps(std::size_t count) {
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto j = static_cast<std::size_t>(rng_.below(static_cast<std::uint32_t>(i + 1)));
      values[i] = values[j];
      values[j] = (static_cast<float>(i) - static_cast<float>(count) / 2) / 64;
    }
    return values;
  }
};

INSTANTIATE_TEST_SUITE_P(, KernelsTest, testing::ValuesIn(kernel_sets()),
                         [](const auto& info) { return std::string(info.param->name); });

// ---- products

struct ConvolutionCase {
  int batch, channels, outputs;
  int height, width;
  int kernel = 1, stride = 1, pad = 0;
};
// Fewer, as many and more rows than a tile of each instruction set; channels that fill blocks and
// panels, or not.
constexpr ConvolutionCase kConvolutions[] = {
    {1, 16, 16, 1, 1},          {2, 16, 32, 3, 3, 3, 1, 1},  {3, 17, 33, 5, 4, 3, 2, 1},
    {6, 32, 48, 7, 5, 3, 2, 0}, {7, 33, 16, 4, 6, 2, 2},     {10, 64, 64, 4, 4, 3, 2, 1},
    {14, 20, 5, 5, 3, 5, 3, 2}, {15, 16, 80, 2, 3, 3, 1, 1}, {29, 48, 31, 3, 1},
};
// Of fewer channels than a block, read as they are.
constexpr ConvolutionCase kRawConvolutions[] = {
    {1, 1, 16, 5, 5, 3, 2},  {10, 1, 64, 9, 8, 3, 2},  {7, 3, 33, 7, 9, 3, 1},
    {15, 2, 48, 5, 6, 2, 2}, {29, 15, 17, 3, 4, 1, 1},
};

// A convolution in the reference's arrays and in the kernels'.
struct Convolution {
  const ConvolutionCase& size;
  Shape in{size.channels, size.height, size.width};
  Shape out{size.outputs, (size.height + 2 * size.pad - size.kernel) / size.stride + 1,
            (size.width + 2 * size.pad - size.kernel) / size.stride + 1};
  int taps = size.kernel * size.kernel;
  Window window{.in_height = in.height,
                .in_width = in.width,
                .out_height = out.height,
                .out_width = out.width,
                .kernel_height = size.kernel,
                .kernel_width = size.kernel,
                .stride = size.stride,
                .pad_top = size.pad,
                .pad_left = size.pad};
  reference::Window reference{.in = in,
                              .out = out,
                              .kernel = size.kernel,
                              .stride = size.stride,
                              .pad_top = size.pad,
                              .pad_left = size.pad};
  bool raw = size.channels < kBlock;
  int channels_in = raw ? size.channels : padded(size.channels);  // of a tap's weights
  int channels_out = padded(size.outputs);
  std::size_t weights = static_cast<std::size_t>(taps * size.channels * size.outputs);

  std::size_t rows(const Shape& shape) const {
    return shape.size() * static_cast<std::size_t>(size.batch);
  }
  std::size_t packed() const { return static_cast<std::size_t>(taps * channels_in * channels_out); }
  // [O, C, taps] to panels.
  Floats to_panels(std::span<const float> weight) const {
    Floats panels(packed());
    for (std::size_t i = 0; i < weight.size(); ++i) panels.data()[place(i)] = weight[i];
    return panels;
  }
  std::vector<float> from_panels(const Floats& panels) const {
    std::vector<float> weight(weights);
    for (std::size_t i = 0; i < weights; ++i) weight[i] = panels.data()[place(i)];
    return weight;
  }
  Floats to_source(std::span<const float> input) const {
    return raw ? to_raw(input) : to_blocks(input, in, size.batch);
  }
  PixelSizes sizes() const { return {size.batch * channels_in, size.batch * channels_out}; }

 private:
  std::size_t place(std::size_t i) const {
    const int tap = static_cast<int>(i) % taps, c = static_cast<int>(i) / taps % size.channels;
    return weight_place(static_cast<int>(i) / taps / size.channels, c, tap, {channels_in, taps},
                        size.outputs);
  }
  Floats to_raw(std::span<const float> input) const {  // [N, C, H, W] to [H][W][N][C]
    Floats raw_rows(input.size());
    const auto pixels = static_cast<std::size_t>(in.height * in.width),
               channels = static_cast<std::size_t>(in.channels),
               batch = static_cast<std::size_t>(size.batch);
    for (std::size_t i = 0; i < input.size(); ++i) {
      const auto pixel = i % pixels, c = i / pixels % channels, n = i / pixels / channels;
      raw_rows.data()[(pixel * batch + n) * channels + c] = input[i];
    }
    return raw_rows;
  }
};

std::string text(const ConvolutionCase& c) {
  return "batch " + std::to_string(c.batch) + ", channels " + std::to_string(c.channels) + " to " +
         std::to_string(c.outputs) + ", kernel " + std::to_string(c.kernel);
}

class ProductTest : public KernelsTest {
 protected:
  struct WeightGradientTrial {
    Floats source, dest;
    std::vector<float> expected;
  };
  WeightGradientTrial weight_gradient_of(const Convolution& c) {
    const auto input = whole_numbers(c.rows(c.in)), weight = whole_numbers(c.weights),
               gradient = whole_numbers(c.rows(c.out));
    std::vector<float> expected(c.weights);
    reference::convolve_backward<float>(c.reference, {input, weight, gradient, expected, {}, {}});
    return {c.to_source(input), to_blocks(gradient, c.out, c.size.batch), std::move(expected)};
  }

  void expect_forward(const ConvolutionCase& size) {
    SCOPED_TRACE(text(size));
    const Convolution c{size};
    const auto input = whole_numbers(c.rows(c.in)), weight = whole_numbers(c.weights),
               bias = whole_numbers(static_cast<std::size_t>(size.outputs));
    std::vector<float> expected(c.rows(c.out));
    reference::convolve<float>(c.reference, {input, weight, bias, expected});

    const auto source = c.to_source(input), panels = c.to_panels(weight);
    Floats padded_bias(static_cast<std::size_t>(c.channels_out));
    std::ranges::copy(bias, padded_bias.data());
    Floats dest(static_cast<std::size_t>(c.out.height * c.out.width * c.sizes().dest));
    const auto lists = forward_lists(c.window, c.sizes(), c.channels_in);
    k().product({.source = source.data(),
                 .weights = panels.data(),
                 .bias = padded_bias,
                 .dest = dest,
                 .positions = lists.positions.data(),
                 .taps = lists.taps.data(),
                 .position_count = static_cast<int>(lists.positions.size()),
                 .batch = size.batch,
                 .blocks = c.raw ? 1 : c.channels_in / kBlock,
                 .row_channels = c.raw ? size.channels : kBlock,
                 .channels_out = c.channels_out,
                 .weight_rows = c.taps * c.channels_in});
    EXPECT_EQ(from_blocks(dest, c.out, size.batch), expected);
    // What lies beside is padding: the bias there, 0.
    EXPECT_EQ(sum_of_sizes(dest), sum_of_sizes(expected));
  }

  static double sum_of_sizes(const auto& values) {
    return std::accumulate(values.data(), values.data() + values.size(), 0.0,
                           [](double sum, float value) { return sum + std::abs(value); });
  }
};

INSTANTIATE_TEST_SUITE_P(, ProductTest, testing::ValuesIn(kernel_sets()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(ProductTest, IsTheConvolution) {
  for (const auto& size : kConvolutions) expect_forward(size);
}

TEST_P(ProductTest, OfRawRowsIsTheConvolution) {
  for (const auto& size : kRawConvolutions) expect_forward(size);
}

TEST_P(ProductTest, WithTransposedWeightsIsTheGradientByTheInput) {
  for (const auto& size : kConvolutions) {
    SCOPED_TRACE(text(size));
    const Convolution c{size};
    const auto input = whole_numbers(c.rows(c.in)), weight = whole_numbers(c.weights),
               gradient = whole_numbers(c.rows(c.out));
    std::vector<float> d_weight(c.weights), expected(c.rows(c.in));
    reference::convolve_backward<float>(c.reference,
                                        {input, weight, gradient, d_weight, {}, expected});

    const auto panels = c.to_panels(weight), source = to_blocks(gradient, c.out, size.batch);
    Floats transposed(c.packed()), dest(to_blocks(input, c.in, size.batch).size());
    k().transpose({.source = panels.data(),
                   .dest = transposed,
                   .taps = c.taps,
                   .channels_in = c.channels_in,
                   .channels_out = c.channels_out});
    const auto lists = backward_lists(c.window, {c.sizes().dest, c.sizes().source}, c.channels_out);
    k().product({.source = source.data(),
                 .weights = transposed.data(),
                 .dest = dest,
                 .positions = lists.positions.data(),
                 .taps = lists.taps.data(),
                 .position_count = static_cast<int>(lists.positions.size()),
                 .batch = size.batch,
                 .blocks = c.channels_out / kBlock,
                 .row_channels = kBlock,
                 .channels_out = c.channels_in,
                 .weight_rows = c.taps * c.channels_out});
    EXPECT_EQ(from_blocks(dest, c.in, size.batch), expected);
  }
}

TEST_P(ProductTest, WeightGradientIsTheReferencesInAnyGroups) {
  for (const auto& size : kConvolutions) {
    const Convolution c{size};
    const auto [source, dest, expected] = weight_gradient_of(c);
    for (const int pixels : {1, 3, 1000}) {
      SCOPED_TRACE(text(size) + ", groups of " + std::to_string(pixels));
      Floats panels(c.packed());
      const auto lists = gradient_lists(c.window, c.sizes(), pixels);
      k().weight_gradient({.source = source.data(),
                           .dest = dest.data(),
                           .gradient = panels,
                           .runs = lists.runs.data(),
                           .first_run = lists.first_run.data(),
                           .groups = lists.groups,
                           .taps = c.taps,
                           .batch = size.batch,
                           .blocks = c.channels_in / kBlock,
                           .channels_out = c.channels_out,
                           .source_step = size.stride * c.sizes().source,
                           .dest_step = c.sizes().dest});
      EXPECT_EQ(c.from_panels(panels), expected);
    }
  }
}

// In two parts, the rows of the result up to the middle and the rest.
TEST_P(ProductTest, RawWeightGradientAddsUpToTheReferences) {
  for (const auto& size : kRawConvolutions) {
    SCOPED_TRACE(text(size));
    const Convolution c{size};
    const auto [source, dest, expected] = weight_gradient_of(c);
    std::vector<std::ptrdiff_t> offsets;
    for (int row = 0; row < c.taps * size.channels; ++row) {
      const int tap = row / size.channels, y = tap / size.kernel, x = tap % size.kernel;
      offsets.push_back((y * c.in.width + x) * c.sizes().source + row % size.channels);
    }
    Floats panels(c.packed());
    const int middle = c.out.height / 2;
    for (const auto& [first, last] : {std::pair(0, middle), std::pair(middle, c.out.height)}) {
      const auto runs = raw_runs(c.window, c.sizes(), 3, first, last);
      k().raw_weight_gradient({.source = source.data(),
                               .dest = dest.data() + first * c.out.width * c.sizes().dest,
                               .gradient = panels,
                               .runs = runs.data(),
                               .offsets = offsets.data(),
                               .run_count = static_cast<int>(runs.size()),
                               .weight_rows = c.taps * size.channels,
                               .batch = size.batch,
                               .row_channels = size.channels,
                               .channels_out = c.channels_out,
                               .source_step = size.stride * c.sizes().source,
                               .dest_step = c.sizes().dest,
                               .add = first > 0});
    }
    EXPECT_EQ(c.from_panels(panels), expected);
  }
}

// ---- weights in and out of their layout

TEST_P(ProductTest, PackAndUnpackMoveEveryWeightToItsPanel) {
  for (const auto& cases : {std::span<const ConvolutionCase>(kConvolutions),
                            std::span<const ConvolutionCase>(kRawConvolutions)}) {
    for (const auto& size : cases) {
      SCOPED_TRACE(text(size));
      const Convolution c{size};
      std::vector<float> flat(c.weights);
      std::iota(flat.begin(), flat.end(), 1.0f);
      std::vector<std::int32_t> rows;  // [C][tap] to [tap][C]
      for (int row = 0; row < size.channels * c.taps; ++row) {
        rows.push_back(row % c.taps * c.channels_in + row / c.taps);
      }
      const Pack pack{.rows = rows.data(),
                      .row_count = size.channels * c.taps,
                      .out = size.outputs,
                      .channels_out = c.channels_out,
                      .weight_rows = c.taps * c.channels_in};
      Floats panels(c.packed());
      k().pack(pack, flat.data(), panels);
      EXPECT_EQ(c.from_panels(panels), flat);
      std::vector<float> back(c.weights);
      k().unpack(pack, panels.data(), back.data());
      EXPECT_EQ(back, flat);
    }
  }
}

// ---- sums and norms

TEST_P(KernelsTest, ChannelSumsAddPixelsAndRows) {
  const Shape shape{17, 3, 1};
  const int batch = 3;
  std::vector<float> rows;
  for (int n = 0; n < batch; ++n) {
    for (int c = 0; c < 17; ++c) {
      for (int pixel = 0; pixel < 3; ++pixel) rows.push_back(static_cast<float>(c + 100 * n));
    }
  }
  Floats sums(32);
  k().channel_sums({.pixels = 3, .blocks = 2, .batch = batch}, to_blocks(rows, shape, batch), sums);
  for (int c = 0; c < 17; ++c) EXPECT_EQ(sums.data()[c], static_cast<float>(9 * c + 900));
  for (int c = 17; c < 32; ++c) EXPECT_EQ(sums.data()[c], 0);
}

// Means and variances of 1, 2, 3, 4: 2.5 and 1.25, exact in float; the next channel is 4 times it.
TEST_P(KernelsTest, MeasureGivesMeanAndBiasedVarianceChunkByChunk) {
  const Shape shape{2, 2, 1};
  const std::vector<float> rows{1, 3, 4, 12, 2, 4, 8, 16};  // [2 rows][2 channels][2 pixels]
  const auto source = to_blocks(rows, shape, 2);
  Floats mean(16), variance(16), sums(16);
  for (const bool last : {false, true}) {
    k().measure({.extent = {.pixels = 1, .blocks = 1, .batch = 2},
                 .source = source.data() + (last ? 32 : 0),
                 .mean = mean,
                 .variance = variance,
                 .sums = sums,
                 .pixels = 2,
                 .first = !last,
                 .last = last});
  }
  EXPECT_EQ(mean.data()[0], 2.5f);
  EXPECT_EQ(variance.data()[0], 1.25f);
  EXPECT_EQ(mean.data()[1], 10.0f);
  EXPECT_EQ(variance.data()[1], 20.0f);
  EXPECT_EQ(variance.data()[2], 0.0f);
}

struct NormCase {
  int batch, channels, height, width;
};
constexpr NormCase kNorms[] = {
    {1, 16, 3, 5}, {2, 5, 4, 4}, {5, 33, 2, 3}, {10, 64, 7, 7}, {25, 17, 3, 1}};

// One layer of batch-norm, ReLU behind it or not, in the reference in double and in the kernels.
// The sums of a channel have n = rows x pixels terms, which errs by about sqrt(n) u (u = 2^-24)
// times their norm, where the difference from the mean enlarges what comes in by the ratio of root
// mean square to deviation; below 4 for data of deviation 1 around means up to 3. With 4 for the
// greatest of some thousand errors: 4 x 4 x sqrt(n) u, relative to the greatest number.
class NormTest : public KernelsTest {
 protected:
  struct Layer {
    Shape shape;
    int batch;
    std::vector<float> input = {}, scale = {}, shift = {}, gradient = {};
    std::vector<double> output = {}, d_input = {}, d_scale = {}, d_shift = {};
    double bound = 0;
  };

  Layer layer(const NormCase& size, bool relu) {
    Layer l{.shape = {size.channels, size.height, size.width}, .batch = size.batch};
    const auto count = l.shape.size() * static_cast<std::size_t>(size.batch);
    l.input = normals(count);
    l.scale = normals(static_cast<std::size_t>(size.channels));
    l.shift = normals(static_cast<std::size_t>(size.channels));
    l.gradient = normals(count);
    const auto plane = static_cast<std::size_t>(size.height * size.width);
    for (std::size_t i = 0; i < count; ++i) {
      l.input[i] += static_cast<float>(i / plane % static_cast<std::size_t>(size.channels) % 7) - 3;
    }
    l.bound = 16 * 0x1p-24 * std::sqrt(static_cast<double>(size.batch * size.height * size.width));
    judge(l, relu);
    return l;
  }

  static std::vector<double> doubles(const std::vector<float>& values) {
    return {values.begin(), values.end()};
  }

  static void judge(Layer& l, bool relu) {
    const reference::NormSets sets{.shape = l.shape, .eps = kEps};
    const auto input = doubles(l.input), scale = doubles(l.scale), shift = doubles(l.shift);
    auto gradient = doubles(l.gradient);
    const auto statistics = reference::statistics_of<double>(sets, input);
    l.output.resize(input.size());
    reference::normalize<double>(sets, statistics, {input, scale, shift, l.output});
    for (std::size_t i = 0; relu && i < input.size(); ++i) {
      ASSERT_GT(std::abs(l.output[i]), 1e-5);  // nothing that rounding might turn
      if (l.output[i] < 0) l.output[i] = gradient[i] = 0;
    }
    l.d_input.resize(input.size());
    l.d_scale.resize(scale.size());
    l.d_shift.resize(scale.size());
    reference::normalize_backward<double>(
        sets, statistics, {input, scale, gradient, l.d_scale, l.d_shift, l.d_input});
  }

  static void expect_near(std::span<const float> found, const std::vector<double>& expected,
                          double bound) {
    double greatest = 0;
    for (const double value : expected) greatest = std::max(greatest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], bound * greatest) << i;
    }
  }

  static constexpr float kEps = 1e-3f;
};

INSTANTIATE_TEST_SUITE_P(, NormTest, testing::ValuesIn(kernel_sets()),
                         [](const auto& info) { return std::string(info.param->name); });

// A layer's arrays in blocks, its statistics measured.
struct NormData {
  Extent extent;
  Floats source, scale, shift, mean, variance, sums, scratch, d_scale, d_shift;

  NormData(const Kernels& k, std::span<const float> input, const Shape& shape, int batch,
           std::span<const float> scales, std::span<const float> shifts)
      : extent{shape.height * shape.width, padded(shape.channels) / kBlock, batch},
        source(to_blocks(input, shape, batch)),
        scale(scales),
        shift(shifts),
        mean(scale.size()),
        variance(scale.size()),
        sums(scale.size()),
        scratch(4 * scale.size()),
        d_scale(scale.size()),
        d_shift(scale.size()) {
    k.measure({.extent = extent,
               .source = source,
               .mean = mean,
               .variance = variance,
               .sums = sums,
               .pixels = extent.pixels});
  }
  NormArrays arrays() { return {source, scale, shift, mean, variance}; }
  NormForward forward(float* dest, float eps, bool relu) {
    return {.extent = extent,
            .arrays = arrays(),
            .dest = dest,
            .scratch = scratch,
            .eps = eps,
            .relu = relu};
  }
  NormBackward backward(float* gradient, float eps, bool relu) {
    return {.extent = extent,
            .arrays = arrays(),
            .gradient = gradient,
            .scale_gradient = d_scale,
            .shift_gradient = d_shift,
            .scratch = scratch,
            .eps = eps,
            .relu = relu};
  }
};

TEST_P(NormTest, ForwardAndBackwardAreTheReferences) {
  for (const auto& size : kNorms) {
    for (const bool relu : {false, true}) {
      SCOPED_TRACE("channels " + std::to_string(size.channels) + (relu ? ", ReLU" : ""));
      const auto l = layer(size, relu);
      NormData data(k(), l.input, l.shape, l.batch, l.scale, l.shift);
      Floats dest(data.source.size());
      k().norm_forward(data.forward(dest, kEps, relu));
      expect_near(from_blocks(dest, l.shape, l.batch), l.output, l.bound);
      auto gradient = to_blocks(l.gradient, l.shape, l.batch);
      k().norm_backward(data.backward(gradient, kEps, relu));
      expect_near(from_blocks(gradient, l.shape, l.batch), l.d_input, l.bound);
      expect_near({data.d_scale.data(), l.scale.size()}, l.d_scale, l.bound);
      expect_near({data.d_shift.data(), l.shift.size()}, l.d_shift, l.bound);
    }
  }
}

// ---- pooling

constexpr Window kPoolOfFive{.in_height = 5,
                             .in_width = 3,
                             .out_height = 3,
                             .out_width = 2,
                             .kernel_height = 2,
                             .kernel_width = 2,
                             .stride = 2};

Pool pool_of(const PoolLists& lists, int lanes) {
  return {.windows = lists.windows.data(),
          .sources = lists.sources.data(),
          .window_count = static_cast<int>(lists.windows.size()),
          .lanes = lanes};
}

TEST_P(KernelsTest, PoolKeepsTheFirstGreatestOfAWindow) {
  const std::vector<float> row{1, 5, 5,  //
                               5, 2, 7,  //
                               3, 3, 9};
  const auto source = to_blocks(row, {1, 3, 3}, 1);
  const Window window{.in_height = 3,
                      .in_width = 3,
                      .out_height = 2,
                      .out_width = 2,
                      .kernel_height = 2,
                      .kernel_width = 2};  // overlapping
  const auto lists = pool_lists(window, {16, 16});
  auto pool = pool_of(lists, 16);
  Floats aligned_winners(64), dest(64), back(9 * 16);
  pool.winners = reinterpret_cast<std::int32_t*>(aligned_winners.data());
  k().pool_forward(pool, source.data(), dest);
  EXPECT_EQ(from_blocks(dest, {1, 2, 2}, 1), (std::vector<float>{5, 7, 5, 9}));
  const std::vector<float> gradient{1, 10, 100, 1000};
  k().pool_backward(pool, to_blocks(gradient, {1, 2, 2}, 1), back, 9 * 16);
  EXPECT_EQ(from_blocks(back, {1, 3, 3}, 1), (std::vector<float>{0, 1, 0, 100, 0, 10, 0, 0, 1000}));
}

TEST_P(KernelsTest, PoolIsTheReferencesOnOddSizes) {
  const Shape in{17, 5, 3}, out{17, 3, 2};
  const int batch = 3, lanes = 2 * batch * kBlock;
  const auto rows = shuffled_steps(in.size() * batch);
  std::vector<float> expected(out.size() * batch);
  std::vector<std::int64_t> winners(expected.size());
  reference::max_pool<float>({.in = in, .out = out, .kernel = 2, .stride = 2}, rows, expected,
                             winners);
  const auto lists = pool_lists(kPoolOfFive, {lanes, lanes});
  Floats dest(static_cast<std::size_t>(6 * lanes));
  k().pool_forward(pool_of(lists, lanes), to_blocks(rows, in, batch), dest);
  EXPECT_EQ(from_blocks(dest, out, batch), expected);
}

// The three kernels together against norm, pool and ReLU one after the other, in two parts. The
// gradient by the pooled result goes to the winners; all else is as in NormTest.
TEST_P(NormTest, WithPoolIsNormThenPool) {
  const Shape in{17, 5, 3}, out{17, 3, 2};
  const int batch = 3, lanes = 2 * batch * kBlock;
  const auto input = shuffled_steps(in.size() * batch), gradient = normals(out.size() * batch),
             scale = normals(17), shift = normals(17);
  const auto lists = pool_lists(kPoolOfFive, {lanes, lanes});
  const auto pool = pool_of(lists, lanes);
  for (const bool relu : {false, true}) {
    NormData apart(k(), input, in, batch, scale, shift), one(apart);
    // Apart: norm, ReLU, pool with winners, and back.
    Floats normalised(apart.source.size()), winners(static_cast<std::size_t>(6 * lanes)),
        expected(winners.size()), d_expected(apart.source.size());
    auto kept = pool;
    kept.winners = reinterpret_cast<std::int32_t*>(winners.data());
    k().norm_forward(apart.forward(normalised, kEps, relu));
    k().pool_forward(kept, normalised, expected);
    const auto d_pooled = to_blocks(gradient, out, batch);
    k().pool_backward(kept, d_pooled.data(), d_expected, d_expected.size());
    k().norm_backward(apart.backward(d_expected, kEps, relu));
    // In one.
    Floats pooled(winners.size()), winner_sources(winners.size()), d_source(d_expected.size());
    k().norm_pool_forward(
        {.norm = one.forward(pooled, kEps, relu), .pool = pool, .winner_sources = winner_sources});
    EXPECT_EQ(from_blocks(pooled, out, batch), from_blocks(expected, out, batch));
    for (const auto& [first, last] : {std::pair(0, 4), std::pair(4, 6)}) {
      k().norm_pool_backward({.norm = one.backward(d_source, kEps, relu),
                              .pool = pool,
                              .winner_sources = winner_sources,
                              .dest_gradient = d_pooled,
                              .first_window = first,
                              .last_window = last});
    }
    const auto want = from_blocks(d_expected, in, batch);
    const double bound = 16 * 0x1p-24 * std::sqrt(45.0);
    expect_near(from_blocks(d_source, in, batch), {want.begin(), want.end()}, bound);
    expect_near({one.d_scale.data(), 17}, {apart.d_scale.data(), apart.d_scale.data() + 17}, bound);
  }
}

// ---- elementwise

TEST_P(KernelsTest, ReluKeepsWhatIsAboveZero) {
  Floats source(16), dest(16), gradient(16);
  for (int i = 0; i < 16; ++i) {
    source.data()[i] = static_cast<float>(i - 8);
    gradient.data()[i] = 2;
  }
  k().relu_forward(source, dest, 16);
  k().relu_backward(dest, gradient, 16);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(dest.data()[i], i < 8 ? 0.0f : static_cast<float>(i - 8));
    EXPECT_EQ(gradient.data()[i], i <= 8 ? 0.0f : 2.0f);
  }
}

// The polynomial is good to 2 u near 0, and so is what is left of 1 - 2 / (e^2x + 1), a sum above
// 0.55 of parts that err by 2 u at most: 4 u = 2^-22 relative. The slope 1 - y^2 then errs by
// 2 |y| 4 u + 2 u <= 10 u.
TEST_P(KernelsTest, TanhIsGoodToTwoUnitsAndKeepsItsLimits) {
  constexpr std::size_t kCount = 4096;
  Floats source(kCount), dest(kCount), gradient(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    source.data()[i] = (static_cast<float>(i) - 2048) / 128;
    gradient.data()[i] = 1;
  }
  source.data()[0] = -INFINITY;
  source.data()[1] = NAN;
  source.data()[2] = 1e30f;
  source.data()[3] = 1e-30f;
  k().tanh_forward(source, dest, kCount);
  k().tanh_backward(dest, gradient, kCount);
  EXPECT_EQ(dest.data()[0], -1.0f);
  EXPECT_TRUE(std::isnan(dest.data()[1]));
  EXPECT_EQ(dest.data()[2], 1.0f);
  EXPECT_EQ(dest.data()[3], 1e-30f);
  for (std::size_t i = 4; i < kCount; ++i) {
    const double expected = std::tanh(static_cast<double>(source.data()[i]));
    EXPECT_NEAR(dest.data()[i], expected, 0x1p-22 * std::abs(expected)) << source.data()[i];
    EXPECT_NEAR(gradient.data()[i], 1 - expected * expected, 10 * 0x1p-24) << source.data()[i];
  }
}

}  // namespace
}  // namespace anole::fused
