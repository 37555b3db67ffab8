#include "anole/files/image.h"

#include <spng.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/files/archive.h"

namespace anole {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Of all chunks beside the pixels, unpacked: profiles and texts have a few megabytes at most.
constexpr std::size_t kLargestChunks = std::size_t{1} << 25;
constexpr std::array<std::uint8_t, 8> kPngMagic = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::array<std::uint8_t, 3> kJpegMagic = {0xff, 0xd8, 0xff};

template <std::size_t n>
bool starts_with(Bytes bytes, const std::array<std::uint8_t, n>& magic) {
  return bytes.size() >= n && std::equal(magic.begin(), magic.end(), bytes.begin());
}

// The first bytes as text, for "this is a GIF" or "this is an HTML error page".
std::string beginning(Bytes bytes) {
  std::string text;
  for (const auto byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    text += std::isprint(byte) != 0 ? static_cast<char>(byte) : '.';
  }
  return text;
}

// Before memory is taken: a megabyte of PNG can unpack to gigabytes.
void require_readable_size(std::uint64_t width, std::uint64_t height, const std::string& name) {
  if (width * height <= kMostPixels) return;
  throw Error(
      "{}: a picture of {} x {} pixels, expected at most {} in all; make it smaller or leave it "
      "out",
      name, width, height, with_commas(static_cast<std::int64_t>(kMostPixels)));
}

Shape shape_of(int channels, std::uint32_t height, std::uint32_t width) {
  return {channels, static_cast<int>(height), static_cast<int>(width)};
}

// Samples of one pixel side by side, as decoders give them, to planes; grey if every pixel is.
Image from_interleaved(const std::vector<std::uint8_t>& rgb, std::uint32_t height,
                       std::uint32_t width) {
  const std::size_t count = std::size_t{height} * width;
  bool grey = true;
  for (std::size_t i = 0; i < count && grey; ++i) {
    grey = rgb[3 * i] == rgb[3 * i + 1] && rgb[3 * i] == rgb[3 * i + 2];
  }
  Image image{shape_of(grey ? 1 : 3, height, width), {}};
  image.pixels.resize(image.shape.size());
  const auto channels = static_cast<std::size_t>(image.shape.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < count; ++i) image.pixels[c * count + i] = rgb[3 * i + c];
  }
  return image;
}

// Planes to the samples of one pixel side by side.
std::vector<std::uint8_t> to_interleaved(const Image& image) {
  ANOLE_CHECK(image.pixels.size() == image.shape.size());
  const auto channels = static_cast<std::size_t>(image.shape.channels);
  const std::size_t plane = image.pixels.size() / channels;
  std::vector<std::uint8_t> samples(image.pixels.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = image.pixels[i % channels * plane + i / channels];
  }
  return samples;
}

spng_ihdr png_header(const Shape& shape) {
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(shape.width);
  header.height = static_cast<std::uint32_t>(shape.height);
  header.bit_depth = 8;
  header.color_type = shape.channels == 1 ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR;
  return header;
}

// Lays RGBA pixels on white paper, in place: [n, 4] -> [n, 3].
void drop_alpha(std::vector<std::uint8_t>& pixels) {
  const std::size_t count = pixels.size() / 4;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned alpha = pixels[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned mixed = pixels[4 * i + c] * alpha + 255 * (255 - alpha);
      pixels[3 * i + c] = static_cast<std::uint8_t>((mixed + 127) / 255);
    }
  }
  pixels.resize(3 * count);
}

// 1, 2, 4 or 8 bits a sample, lines padded to whole bytes, to 0-255. More than twice as fast as to
// let libspng widen them, which counts for the 32,460 one-bit images of Omniglot.
Image unpack_grey(const std::vector<std::uint8_t>& packed, const spng_ihdr& header) {
  Image image{shape_of(1, header.height, header.width), {}};
  image.pixels.resize(image.shape.size());
  const unsigned depth = header.bit_depth;
  const unsigned largest = (1u << depth) - 1;
  const std::size_t line = (std::size_t{header.width} * depth + 7) / 8;
  ANOLE_CHECK(packed.size() >= line * header.height);
  std::uint8_t* out = image.pixels.data();
  for (std::size_t y = 0; y < header.height; ++y) {
    const std::uint8_t* in = packed.data() + y * line;
    unsigned left = 0, byte = 0;  // bits of `byte` that are not yet used
    for (std::size_t x = 0; x < header.width; ++x) {
      if (left == 0) {
        byte = *in++;
        left = 8;
      }
      left -= depth;
      *out++ = static_cast<std::uint8_t>((byte >> left & largest) * (255 / largest));
    }
  }
  return image;
}

class Png {
 public:
  Png(Bytes bytes, const std::string& name)
      : name_(name), context_(spng_ctx_new(0), &spng_ctx_free) {
    if (!context_) throw Error("{}: out of memory while reading a PNG", name);
    check(spng_set_chunk_limits(context_.get(), kLargestChunks, kLargestChunks));
    check(spng_set_png_buffer(context_.get(), bytes.data(), bytes.size()));
    check(spng_get_ihdr(context_.get(), &header_));
    require_readable_size(header_.width, header_.height, name);
  }

  Image decode() {
    spng_trns transparency;
    const bool opaque = header_.color_type != SPNG_COLOR_TYPE_GRAYSCALE_ALPHA &&
                        header_.color_type != SPNG_COLOR_TYPE_TRUECOLOR_ALPHA &&
                        spng_get_trns(context_.get(), &transparency) != 0;
    if (opaque && header_.color_type == SPNG_COLOR_TYPE_GRAYSCALE && header_.bit_depth <= 8) {
      return unpack_grey(pixels(SPNG_FMT_RAW), header_);
    }
    auto rgb = pixels(opaque ? SPNG_FMT_RGB8 : SPNG_FMT_RGBA8);
    if (!opaque) drop_alpha(rgb);
    return from_interleaved(rgb, header_.height, header_.width);
  }

 private:
  std::vector<std::uint8_t> pixels(int format) {
    std::size_t size = 0;
    check(spng_decoded_image_size(context_.get(), format, &size));
    std::vector<std::uint8_t> out(size);
    check(spng_decode_image(context_.get(), out.data(), size, format, SPNG_DECODE_TRNS));
    check(
        spng_decode_chunks(context_.get()));  // to the end of the file: a cut tail is an error too
    return out;
  }

  void check(int code) const {
    if (code != 0) throw Error("{}: damaged or truncated PNG ({})", name_, spng_strerror(code));
  }

  const std::string& name_;
  std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context_;
  spng_ihdr header_{};
};

Image decode_jpeg(Bytes bytes, const std::string& name) {
  const std::unique_ptr<void, int (*)(void*)> jpeg(tjInitDecompress(), &tjDestroy);
  if (!jpeg) throw Error("{}: cannot start the JPEG decoder", name);
  const auto check = [&](int code) {
    if (code != 0)
      throw Error("{}: damaged or truncated JPEG ({})", name, tjGetErrorStr2(jpeg.get()));
  };
  int width = 0, height = 0, subsampling = 0, colors = 0;
  check(tjDecompressHeader3(jpeg.get(), bytes.data(), bytes.size(), &width, &height, &subsampling,
                            &colors));
  require_readable_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height),
                        name);
  std::vector<std::uint8_t> rgb(3 * static_cast<std::size_t>(width) *
                                static_cast<std::size_t>(height));
  // libjpeg-turbo carries on after a warning such as a premature end, with grey where data is
  // missing.
  check(tjDecompress2(jpeg.get(), bytes.data(), bytes.size(), rgb.data(), width, 0, height,
                      TJPF_RGB, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING));
  return from_interleaved(rgb, static_cast<std::uint32_t>(height),
                          static_cast<std::uint32_t>(width));
}

std::vector<std::size_t> sources(int in, int out) {
  std::vector<std::size_t> result(static_cast<std::size_t>(out));
  for (int i = 0; i < out; ++i) {
    result[static_cast<std::size_t>(i)] = static_cast<std::size_t>(nearest_source(i, in, out));
  }
  return result;
}

}  // namespace

Image decode_image(Bytes bytes, const std::string& name) {
  if (starts_with(bytes, kPngMagic)) return Png(bytes, name).decode();
  if (starts_with(bytes, kJpegMagic)) return decode_jpeg(bytes, name);
  if (bytes.empty()) throw Error("{}: the file is empty, expected a PNG or JPEG image", name);
  throw Error("{}: not a PNG or JPEG image (it begins with '{}')", name, beginning(bytes));
}

std::vector<std::uint8_t> encode_png(const Image& image) {
  ANOLE_CHECK(image.shape.channels == 1 || image.shape.channels == 3);
  const auto samples = to_interleaved(image);
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> context(spng_ctx_new(SPNG_CTX_ENCODER),
                                                               &spng_ctx_free);
  if (!context) throw Error("out of memory while writing a PNG");
  auto header = png_header(image.shape);
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_set_ihdr(context.get(), &header);
  int error = spng_encode_image(context.get(), samples.data(), samples.size(), SPNG_FMT_PNG,
                                SPNG_ENCODE_FINALIZE);
  if (error != 0) throw Error("cannot write a PNG: {}", spng_strerror(error));
  std::size_t size = 0;
  const std::unique_ptr<void, void (*)(void*)> bytes(
      spng_get_png_buffer(context.get(), &size, &error), &std::free);
  if (!bytes) throw Error("cannot write a PNG: {}", spng_strerror(error));
  const auto* first = static_cast<const std::uint8_t*>(bytes.get());
  return {first, first + size};
}

Image read_image(const std::filesystem::path& path) {
  return decode_image(read_bytes(path), path.string());
}

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

Image to_channels(Image image, int channels) {
  ANOLE_CHECK(channels == 1 || channels == 3);
  if (image.shape.channels == channels) return image;
  const std::size_t plane = image.pixels.size() / static_cast<std::size_t>(image.shape.channels);
  image.shape.channels = channels;
  if (channels == 1) {
    for (std::size_t i = 0; i < plane; ++i) {  // weights in 65536ths, 1/2 added for rounding
      image.pixels[i] =
          static_cast<std::uint8_t>((image.pixels[i] * 19595u + image.pixels[plane + i] * 38470u +
                                     image.pixels[2 * plane + i] * 7471u + 32768u) >>
                                    16);
    }
  }
  image.pixels.resize(static_cast<std::size_t>(channels) * plane);
  if (channels == 3) {
    for (std::size_t c = 1; c < 3; ++c) {
      std::copy_n(image.pixels.begin(), plane,
                  image.pixels.begin() + static_cast<std::ptrdiff_t>(c * plane));
    }
  }
  return image;
}

bool has_image_extension(const std::string& name) {
  auto extension = std::filesystem::path(name).extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

}  // namespace anole
