#include "anole/files/pictures/resample.h"

#include <algorithm>

#include "anole/core/error.h"

namespace anole {
namespace {

// The sources of one new pixel along an axis, one beside the other, and what each counts.
struct Taps {
  std::size_t first = 0;
  std::vector<std::uint64_t> weights = {};
};
struct Axis {
  std::vector<Taps> taps;   // of every new pixel
  std::uint64_t total = 1;  // sum of the weights of each
};

// In units of a pixel's width / out, a source covers [s * out, (s + 1) * out) and a new pixel
// [i * in, (i + 1) * in).
Taps means(std::int64_t i, std::int64_t in, std::int64_t out) {
  const auto begin = i * in, end = begin + in;
  Taps taps{.first = static_cast<std::size_t>(begin / out)};
  for (auto s = begin / out; s * out < end; ++s) {
    const auto under = std::min(end, (s + 1) * out) - std::max(begin, s * out);
    taps.weights.push_back(static_cast<std::uint64_t>(under));
  }
  return taps;
}

Axis axis(int in, int out) {
  Axis result;
  for (int i = 0; i < out; ++i) {
    result.taps.push_back(out <= in
                              ? means(i, in, out)
                              : Taps{static_cast<std::size_t>(nearest_source(i, in, out)), {1}});
  }
  result.total = out <= in ? static_cast<std::uint64_t>(in) : 1;
  return result;
}

// Adds `weight` times the sums along a line to `sums` [columns.taps.size()].
void add_line(const std::uint8_t* line, const Axis& columns, std::uint64_t weight,
              std::vector<std::uint64_t>& sums) {
  for (std::size_t x = 0; x < sums.size(); ++x) {
    const auto& taps = columns.taps[x];
    const auto* source = line + taps.first;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < taps.weights.size(); ++i) sum += taps.weights[i] * source[i];
    sums[x] += weight * sum;
  }
}

std::vector<std::size_t> sources(int in, int out) {
  std::vector<std::size_t> result(static_cast<std::size_t>(out));
  for (int i = 0; i < out; ++i) {
    result[static_cast<std::size_t>(i)] = static_cast<std::size_t>(nearest_source(i, in, out));
  }
  return result;
}

// part * whole_out / whole_in, rounded, at least 1.
int in_proportion(int part, int whole_out, int whole_in) {
  const auto doubled = 2 * std::int64_t{part} * whole_out + whole_in;
  return static_cast<int>(std::max<std::int64_t>(1, doubled / (2 * std::int64_t{whole_in})));
}

bool is_wider(const Shape& image, const Shape& than) {
  return std::int64_t{image.width} * than.height > std::int64_t{image.height} * than.width;
}

}  // namespace

int nearest_source(int index, int in, int out) {
  ANOLE_CHECK(index >= 0 && index < out && in >= 1);
  // (index + 1/2) * in / out = (2 index + 1) in / (2 out)
  return static_cast<int>((2 * std::int64_t{index} + 1) * in / (2 * std::int64_t{out}));
}

void resize_nearest(const Image& image, const Shape& shape, std::span<std::uint8_t> out) {
  ANOLE_CHECK(image.shape.channels == shape.channels && out.size() == shape.size());
  const auto rows = sources(image.shape.height, shape.height);
  const auto columns = sources(image.shape.width, shape.width);
  const auto width = static_cast<std::size_t>(image.shape.width);
  const auto plane = width * static_cast<std::size_t>(image.shape.height);
  std::size_t next = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
    for (const auto y : rows) {
      const auto* line = image.pixels.data() + c * plane + y * width;
      for (const auto x : columns) out[next++] = line[x];
    }
  }
}

Image resize_nearest(const Image& image, int height, int width) {
  Image out{{image.shape.channels, height, width}, {}};
  out.pixels.resize(out.shape.size());
  resize_nearest(image, out.shape, out.pixels);
  return out;
}

void resize_area(const Image& image, const Shape& shape, std::span<std::uint8_t> out) {
  ANOLE_CHECK(image.shape.channels == shape.channels && out.size() == shape.size());
  const auto rows = axis(image.shape.height, shape.height);
  const auto columns = axis(image.shape.width, shape.width);
  // 255 * total is below 2^8 * 2^26
  const auto total = rows.total * columns.total;
  const auto width = static_cast<std::size_t>(image.shape.width);
  const auto plane = width * static_cast<std::size_t>(image.shape.height);
  auto* next = out.data();
  for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
    for (const auto& taps : rows.taps) {
      std::vector<std::uint64_t> sums(columns.taps.size());
      for (std::size_t i = 0; i < taps.weights.size(); ++i) {
        const auto* line = image.pixels.data() + c * plane + (taps.first + i) * width;
        add_line(line, columns, taps.weights[i], sums);
      }
      for (const auto sum : sums) *next++ = static_cast<std::uint8_t>((sum + total / 2) / total);
    }
  }
}

Image cropped(const Image& image, const Shape& shape) {
  Image out{image.shape, {}};
  if (is_wider(image.shape, shape)) {
    out.shape.width = in_proportion(image.shape.height, shape.width, shape.height);
  } else {
    out.shape.height = in_proportion(image.shape.width, shape.height, shape.width);
  }
  out.shape.width = std::min(out.shape.width, image.shape.width);
  out.shape.height = std::min(out.shape.height, image.shape.height);
  const auto top = static_cast<std::size_t>(image.shape.height - out.shape.height) / 2;
  const auto left = static_cast<std::size_t>(image.shape.width - out.shape.width) / 2;
  const auto line = static_cast<std::size_t>(image.shape.width);
  out.pixels.reserve(out.shape.size());
  for (std::size_t c = 0; c < static_cast<std::size_t>(image.shape.channels); ++c) {
    const auto* plane =
        image.pixels.data() + c * line * static_cast<std::size_t>(image.shape.height);
    for (std::size_t y = 0; y < static_cast<std::size_t>(out.shape.height); ++y) {
      const auto* first = plane + (top + y) * line + left;
      out.pixels.insert(out.pixels.end(), first, first + out.shape.width);
    }
  }
  return out;
}

Shape fitted(const Image& image, const Shape& shape) {
  Shape inner{image.shape.channels, shape.height, shape.width};
  if (is_wider(image.shape, shape)) {
    inner.height = in_proportion(shape.width, image.shape.height, image.shape.width);
  } else {
    inner.width = in_proportion(shape.height, image.shape.width, image.shape.height);
  }
  return inner;
}

void lay_on(std::span<const std::uint8_t> ground, const Image& image, const Shape& shape,
            std::span<std::uint8_t> out) {
  ANOLE_CHECK(image.shape.channels == shape.channels && out.size() == shape.size());
  ANOLE_CHECK(image.shape.height <= shape.height && image.shape.width <= shape.width);
  const auto top = static_cast<std::size_t>(shape.height - image.shape.height) / 2;
  const auto left = static_cast<std::size_t>(shape.width - image.shape.width) / 2;
  const auto line = static_cast<std::size_t>(shape.width);
  const auto plane = line * static_cast<std::size_t>(shape.height);
  const auto* source = image.pixels.data();
  for (std::size_t c = 0; c < static_cast<std::size_t>(shape.channels); ++c) {
    std::ranges::fill(out.subspan(c * plane, plane), ground[c]);
    for (std::size_t y = 0; y < static_cast<std::size_t>(image.shape.height); ++y) {
      std::copy_n(source, image.shape.width, out.data() + c * plane + (top + y) * line + left);
      source += image.shape.width;
    }
  }
}

std::vector<std::uint8_t> border_color(const Image& image) {
  const auto height = static_cast<std::size_t>(image.shape.height);
  const auto width = static_cast<std::size_t>(image.shape.width);
  std::vector<std::uint8_t> color;
  for (std::size_t c = 0; c < static_cast<std::size_t>(image.shape.channels); ++c) {
    const auto* plane = image.pixels.data() + c * height * width;
    std::vector<std::uint8_t> border;
    for (std::size_t y = 0; y < height; ++y) {
      const bool whole = y == 0 || y + 1 == height;
      for (std::size_t x = 0; x < width; x += whole || width < 2 ? 1 : width - 1) {
        border.push_back(plane[y * width + x]);
      }
    }
    const auto middle = border.begin() + static_cast<std::ptrdiff_t>(border.size() / 2);
    std::ranges::nth_element(border, middle);
    color.push_back(*middle);
  }
  return color;
}

}  // namespace anole
