#include "anole/data/row.h"

#include <cmath>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/files/pictures/resample.h"

namespace anole {
namespace {

std::vector<float> row_of_numbers(std::span<const float> numbers,
                                  const Preprocessing& preprocessing) {
  const auto& shape = preprocessing.shape;
  if (numbers.size() != shape.size()) {
    throw Error("a row has {} numbers, expected {} for {}", numbers.size(), shape.size(),
                describe(shape));
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!std::isfinite(numbers[i])) {
      throw Error("a row holds {} at place {}, expected finite numbers", numbers[i], i);
    }
  }
  std::vector<float> row(numbers.begin(), numbers.end());
  if (preprocessing.mean.empty()) return row;
  for (std::size_t i = 0; i < row.size(); ++i) {
    row[i] = standardized(row[i], preprocessing.mean[i], preprocessing.deviation[i]);
    if (!std::isfinite(row[i])) {
      throw Error("a row holds {} at place {}, too large beside training's deviation of {}",
                  numbers[i], i, preprocessing.deviation[i]);
    }
  }
  return row;
}

}  // namespace

void require_picture(const Preprocessing& preprocessing) {
  const auto& shape = preprocessing.shape;
  if (preprocessing.resize == Resize::kNone || (shape.channels != 1 && shape.channels != 3)) {
    throw Error("got a picture, but the network takes rows of {} numbers", shape.size());
  }
}

bool takes_nearest(const Preprocessing& how, const Shape& picture) {
  if (how.resize != Resize::kNearest) return false;
  return how.source == 0 || (picture.height == how.source && picture.width == how.source);
}

void picture_pixels(Image image, const Preprocessing& how, std::span<std::uint8_t> out) {
  const auto& shape = how.shape;
  const auto resize = [nearest = takes_nearest(how, image.shape)](
                          const Image& from, const Shape& to, std::span<std::uint8_t> pixels) {
    nearest ? resize_nearest(from, to, pixels) : resize_area(from, to, pixels);
  };
  image = to_channels(std::move(image), shape.channels);
  if (how.fit == PictureFit::kStretch) return resize(image, shape, out);
  if (how.fit == PictureFit::kCrop) return resize(cropped(image, shape), shape, out);
  Image inner{fitted(image, shape), {}};
  inner.pixels.resize(inner.shape.size());
  resize(image, inner.shape, inner.pixels);
  lay_on(border_color(image), inner, shape, out);
}

std::vector<float> row_of_image(Image image, const Preprocessing& preprocessing) {
  require_picture(preprocessing);
  std::vector<std::uint8_t> pixels(preprocessing.shape.size());
  picture_pixels(std::move(image), preprocessing, pixels);
  const unsigned flip = preprocessing.invert ? 255 : 0;
  std::vector<float> row;
  row.reserve(pixels.size());
  for (const auto byte : pixels) {
    row.push_back(static_cast<float>(static_cast<double>(byte ^ flip) * preprocessing.scale));
  }
  return row;
}

std::vector<float> row_of(const Input& input, const Preprocessing& preprocessing) {
  if (input.file.empty() && input.picture.empty()) {
    return row_of_numbers(input.numbers, preprocessing);
  }
  require_picture(preprocessing);
  return row_of_image(
      input.file.empty() ? decode_image(input.picture, input.name) : read_image(input.file),
      preprocessing);
}

}  // namespace anole
