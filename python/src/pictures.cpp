#include "python/src/pictures.h"

#include <nanobind/ndarray.h>

#include "python/src/texts.h"

namespace nb = nanobind;

namespace anole::python {
namespace {

using Pixels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;

// From [H, W, C] to planes.
Image image_of(const Pixels& pixels) {
  const auto height = pixels.shape(0), width = pixels.shape(1), channels = pixels.shape(2);
  Image image{{static_cast<int>(channels), static_cast<int>(height), static_cast<int>(width)}, {}};
  image.pixels.resize(image.shape.size());
  const auto plane = height * width;
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t c = 0; c < channels; ++c) {
      image.pixels[c * plane + i] = pixels.data()[i * channels + c];
    }
  }
  return image;
}

}  // namespace

Image Picture::decoded(const std::string& name) const {
  if (!path.empty()) return read_image(path);
  if (pixels.shape.channels != 0) return pixels;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return decode_image({data, bytes.size()}, name);
}

std::vector<Picture> pictures_of(const nb::list& items) {
  std::vector<Picture> pictures;
  for (const nb::handle item : items) {
    if (nb::isinstance<nb::str>(item)) {
      pictures.push_back({.path = text_from(item)});
    } else if (nb::isinstance<nb::bytes>(item)) {
      const auto bytes = nb::cast<nb::bytes>(item);
      pictures.push_back({.bytes = {bytes.c_str(), bytes.size()}});
    } else {
      pictures.push_back({.pixels = image_of(nb::cast<Pixels>(item))});
    }
  }
  return pictures;
}

}  // namespace anole::python
