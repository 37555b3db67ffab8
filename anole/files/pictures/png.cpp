#include "anole/files/pictures/png.h"

#include <spng.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "anole/core/error.h"
#include "anole/files/pictures/orientation.h"

namespace anole {
namespace {

// Of all chunks beside the pixels, unpacked: profiles and texts have a few megabytes at most.
constexpr std::size_t kLargestChunks = std::size_t{1} << 25;
constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

using Context = std::unique_ptr<spng_ctx, void (*)(spng_ctx*)>;

Shape shape_of(int channels, const spng_ihdr& header) {
  return {channels, static_cast<int>(header.height), static_cast<int>(header.width)};
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

// 1, 2, 4 or 8 bits a sample, lines padded to whole bytes, to 0-255. More than twice as fast as to
// let libspng widen them, which counts for the 32,460 one-bit images of Omniglot.
Image unpack_grey(const std::vector<std::uint8_t>& packed, const spng_ihdr& header) {
  Image image{shape_of(1, header), {}};
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
    auto image = stored();
    spng_exif exif{};
    if (spng_get_exif(context_.get(), &exif) != 0) return image;
    return turned_upright(
        std::move(image),
        exif_orientation({reinterpret_cast<const std::uint8_t*>(exif.data), exif.length}));
  }

 private:
  Image stored() {
    spng_trns transparency;
    const bool opaque = header_.color_type != SPNG_COLOR_TYPE_GRAYSCALE_ALPHA &&
                        header_.color_type != SPNG_COLOR_TYPE_TRUECOLOR_ALPHA &&
                        spng_get_trns(context_.get(), &transparency) != 0;
    if (opaque && header_.color_type == SPNG_COLOR_TYPE_GRAYSCALE && header_.bit_depth <= 8) {
      return unpack_grey(pixels(SPNG_FMT_RAW), header_);
    }
    const auto [channels, height, width] = shape_of(opaque ? 3 : 4, header_);
    auto samples = pixels(opaque ? SPNG_FMT_RGB8 : SPNG_FMT_RGBA8);
    return opaque ? from_rgb(samples, height, width) : from_rgba(std::move(samples), height, width);
  }

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
  Context context_;
  spng_ihdr header_{};
};

}  // namespace

bool is_png(Bytes bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Image decode_png(Bytes bytes, const std::string& name) { return Png(bytes, name).decode(); }

std::vector<std::uint8_t> encode_png(const Image& image) {
  ANOLE_CHECK(image.shape.channels == 1 || image.shape.channels == 3);
  const auto samples = to_interleaved(image);
  const Context context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
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

}  // namespace anole
