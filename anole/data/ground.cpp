#include "anole/data/ground.h"

#include <algorithm>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr int kLightFrom = 160, kDarkTo = 95;  // thirds of 0 to 255, about

// Border pixels of either kind, and all of them.
struct Border {
  std::int64_t light = 0, dark = 0, all = 0;

  void count(int grey) {
    ++all;
    if (grey >= kLightFrom) ++light;
    if (grey <= kDarkTo) ++dark;
  }
};

bool is_most(std::int64_t part, std::int64_t all) { return 4 * part >= 3 * all; }

}  // namespace

Ground ground_of(std::span<const std::uint8_t> pixels, const Shape& shape) {
  ANOLE_CHECK(pixels.size() == shape.size() && shape.channels >= 1);
  const auto height = static_cast<std::size_t>(shape.height);
  const auto width = static_cast<std::size_t>(shape.width);
  const auto plane = height * width;
  const auto grey = [&](std::size_t i) {
    if (shape.channels != 3) return int{pixels[i]};
    return (299 * pixels[i] + 587 * pixels[plane + i] + 114 * pixels[2 * plane + i]) / 1000;
  };
  Border border;
  for (std::size_t y = 0; y < height; ++y) {
    const bool whole = y == 0 || y + 1 == height;
    for (std::size_t x = 0; x < width; x += whole || width < 2 ? 1 : width - 1) {
      border.count(grey(y * width + x));
    }
  }
  if (is_most(border.light, border.all)) return Ground::kLight;
  return is_most(border.dark, border.all) ? Ground::kDark : Ground::kUnknown;
}

Ground ground_of(const Image& image) { return ground_of(image.pixels, image.shape); }

Ground common_ground(std::span<const Ground> grounds) {
  const auto light = std::ranges::count(grounds, Ground::kLight);
  const auto dark = std::ranges::count(grounds, Ground::kDark);
  const auto known = light + dark;
  if (known == 0 || 2 * known < std::ssize(grounds)) return Ground::kUnknown;
  if (10 * light >= 9 * known) return Ground::kLight;
  return 10 * dark >= 9 * known ? Ground::kDark : Ground::kUnknown;
}

bool inverts(Invert option, Ground pictures, const std::optional<Preprocessing>& network) {
  if (option != Invert::kAuto) return option == Invert::kYes;
  if (!network) return false;
  if (pictures == Ground::kUnknown || network->ground == Ground::kUnknown) return network->invert;
  return pictures != network->ground;
}

}  // namespace anole
