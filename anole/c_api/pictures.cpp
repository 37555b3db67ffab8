#include "anole/c_api/pictures.h"

#include <filesystem>
#include <span>
#include <utility>

#include "anole/c_api/calls.h"
#include "anole/core/error.h"
#include "anole/files/unicode.h"
#include "anole/io/json.h"

namespace anole {
namespace {

// [height, width, channels] to planes.
Image image_of_pixels(const anole_picture& picture) {
  const int height = picture.height, width = picture.width, channels = picture.channels;
  if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
    throw UsageError(
        "pixels of height {}, width {} and {} channels; expected height and width at least 1, and "
        "1 channel for grey or 3 for RGB",
        height, width, channels);
  }
  Image image{.shape = {channels, height, width}, .pixels = {}};
  const auto plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  if (plane > kMostPixels) {
    throw Error("a picture of {} pixels, expected at most {}; shrink it", plane, kMostPixels);
  }
  const auto* from = static_cast<const std::uint8_t*>(picture.pixels);
  image.pixels.resize(image.shape.size());
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i % step * plane + i / step] = from[i];
  }
  return image;
}

}  // namespace

std::string text_of(const char* text, std::string_view what) {
  auto known = composed(given(text, what));
  (void)dump_json(known, what);
  return known;
}

std::string label_of(const char* text) {
  auto label = text_of(text, "label");
  if (label.empty()) throw UsageError("label is empty, expected the name of a class");
  return label;
}

std::string name_of(const anole_picture& picture) {
  if (picture.name != nullptr) return text_of(picture.name, "name");
  if (picture.path == nullptr) return {};
  return text_of(std::filesystem::path(picture.path).filename().c_str(), picture.path);
}

Image image_of(const anole_picture& picture) {
  const int ways =
      (picture.path != nullptr) + (picture.bytes != nullptr) + (picture.pixels != nullptr);
  if (ways != 1) {
    throw UsageError("a picture has {} of path, bytes and pixels, expected one of them", ways);
  }
  if (picture.path != nullptr) return read_image(picture.path);
  if (picture.pixels != nullptr) return image_of_pixels(picture);
  const std::span bytes(static_cast<const std::uint8_t*>(picture.bytes), picture.size);
  return decode_image(bytes, picture.name != nullptr ? picture.name : "picture");
}

}  // namespace anole
