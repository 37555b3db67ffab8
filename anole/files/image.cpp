#include "anole/files/image.h"

#include <algorithm>
#include <cctype>

#include "anole/core/error.h"
#include "anole/files/pictures/jpeg.h"
#include "anole/files/pictures/png.h"
#include "anole/files/pictures/webp.h"
#include "anole/files/read_bytes.h"

namespace anole {
namespace {

// The first bytes as text, for "this is an HTML error page".
std::string beginning(Bytes bytes) {
  std::string text;
  for (const auto byte : bytes.first(std::min<std::size_t>(bytes.size(), 8))) {
    text += std::isprint(byte) != 0 ? static_cast<char>(byte) : '.';
  }
  return text;
}

}  // namespace

Image decode_image(Bytes bytes, const std::string& name) {
  if (is_png(bytes)) return decode_png(bytes, name);
  if (is_jpeg(bytes)) return decode_jpeg(bytes, name);
  if (is_webp(bytes)) return decode_webp(bytes, name);
  if (bytes.empty()) throw Error("{}: the file is empty, expected a PNG, JPEG or WebP image", name);
  if (const auto kind = foreign_kind(bytes); !kind.empty()) {
    throw Error("{}: this is {}; convert it to PNG", name, kind);
  }
  throw Error("{}: not a PNG, JPEG or WebP image (it begins with '{}')", name, beginning(bytes));
}

Image read_image(const std::filesystem::path& path) {
  return decode_image(read_bytes(path), path.string());
}

Image to_channels(Image image, int channels) {
  ANOLE_CHECK(channels == 1 || channels == 3);
  if (image.shape.channels == channels) return image;
  const std::size_t plane = image.pixels.size() / static_cast<std::size_t>(image.shape.channels);
  image.shape.channels = channels;
  if (channels == 1) {
    for (std::size_t i = 0; i < plane; ++i) {
      image.pixels[i] =
          grey_of(image.pixels[i], image.pixels[plane + i], image.pixels[2 * plane + i]);
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

}  // namespace anole
