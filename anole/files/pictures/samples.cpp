#include "anole/files/pictures/samples.h"

#include "anole/core/error.h"
#include "anole/core/text.h"

namespace anole {
namespace {

// The grey, 0 or 255, under transparent pixels [n, 4].
unsigned ground_under(const std::vector<std::uint8_t>& pixels) {
  std::uint64_t light = 0, opacity = 0;
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const std::uint64_t alpha = pixels[i + 3];
    light += alpha * grey_of(pixels[i], pixels[i + 1], pixels[i + 2]);
    opacity += alpha;
  }
  return 2 * light > 255 * opacity ? 0 : 255;
}

// In place: [n, 4] -> [n, 3].
void lay_on_ground(std::vector<std::uint8_t>& pixels) {
  const unsigned ground = ground_under(pixels);
  const std::size_t count = pixels.size() / 4;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned alpha = pixels[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned mixed = pixels[4 * i + c] * alpha + ground * (255 - alpha);
      pixels[3 * i + c] = static_cast<std::uint8_t>((mixed + 127) / 255);
    }
  }
  pixels.resize(3 * count);
}

}  // namespace

void require_readable_size(std::uint64_t width, std::uint64_t height, const std::string& name) {
  if (width * height <= kMostPixels) return;
  throw Error(
      "{}: a picture of {} x {} pixels, expected at most {} in all; make it smaller or leave it "
      "out",
      name, width, height, with_commas(static_cast<std::int64_t>(kMostPixels)));
}

Image from_rgb(Bytes samples, int height, int width) {
  Image image{{1, height, width}, {}};
  const auto count = image.shape.size();
  ANOLE_CHECK(samples.size() == 3 * count);
  for (std::size_t i = 0; i < count && image.shape.channels == 1; ++i) {
    const bool grey = samples[3 * i] == samples[3 * i + 1] && samples[3 * i] == samples[3 * i + 2];
    if (!grey) image.shape.channels = 3;
  }
  image.pixels.resize(image.shape.size());
  const auto channels = static_cast<std::size_t>(image.shape.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < count; ++i) image.pixels[c * count + i] = samples[3 * i + c];
  }
  return image;
}

Image from_rgba(std::vector<std::uint8_t> samples, int height, int width) {
  lay_on_ground(samples);
  return from_rgb(samples, height, width);
}

std::uint8_t grey_of(unsigned red, unsigned green, unsigned blue) {
  // weights in 65536ths, 1/2 added for rounding
  return static_cast<std::uint8_t>((red * 19595u + green * 38470u + blue * 7471u + 32768u) >> 16);
}

}  // namespace anole
