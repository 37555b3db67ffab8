#pragma once

// How an input becomes a row. What a loader decides for a data set travels in the bundle, so that a
// new input is treated as those of training were. The words of the options and of the record stand
// side by side here.

#include <span>
#include <string_view>
#include <vector>

#include "anole/core/shape.h"

namespace anole {

// How pictures get their height and width.
enum class Resize {
  kNearest,  // nearest neighbour, pictures of Preprocessing::source pixels; others by area
  kNone,     // rows are no pictures
  kArea,     // shrunk: mean of the pixels under each new one; enlarged: nearest neighbour
};
inline std::span<const std::string_view> enum_names(Resize) {
  static constexpr std::string_view kNames[] = {"nearest", "none", "area"};
  return kNames;
}

// The option: kAuto is nearest for pictures of the source's own size, area for all others.
enum class ResizeRule { kAuto, kArea, kNearest };
inline std::span<const std::string_view> enum_names(ResizeRule) {
  static constexpr std::string_view kNames[] = {"auto", "area", "nearest"};
  return kNames;
}

// What becomes of pictures whose sides are not in the proportion of the row's.
enum class PictureFit {
  kStretch,  // each side on its own
  kPad,      // whole picture, on its own ground
  kCrop,     // its middle
};
inline std::span<const std::string_view> enum_names(PictureFit) {
  static constexpr std::string_view kNames[] = {"stretch", "pad", "crop"};
  return kNames;
}

// What most of a picture's border is.
enum class Ground { kUnknown, kLight, kDark };
inline std::span<const std::string_view> enum_names(Ground) {
  static constexpr std::string_view kNames[] = {"unknown", "light", "dark"};
  return kNames;
}

// The option: kAuto inverts pictures whose ground is the opposite of training's.
enum class Invert { kAuto, kYes, kNo };
inline std::span<const std::string_view> enum_names(Invert) {
  static constexpr std::string_view kNames[] = {"auto", "yes", "no"};
  return kNames;
}

// Whether the first record of a table names its columns.
enum class Header { kAuto, kTrue, kFalse };
inline std::span<const std::string_view> enum_names(Header) {
  static constexpr std::string_view kNames[] = {"auto", "true", "false"};
  return kNames;
}

// A number of a table as the network takes it.
inline float standardized(float number, double mean, double deviation) {
  return static_cast<float>((static_cast<double>(number) - mean) / deviation);
}

struct Preprocessing {
  Shape shape;  // of a row; 0 channels: rows are taken as they are
  Resize resize = Resize::kArea;
  double scale = 1;  // value = byte * scale, after grey or RGB conversion
  int source = 0;    // kNearest: for pictures of source x source pixels alone; 0: for all
  PictureFit fit = PictureFit::kStretch;
  bool invert = false;               // value = (255 - byte) * scale
  Ground ground = Ground::kUnknown;  // of training's pictures, after inversion
  // Of a table: value = (number - mean) / deviation, column by column; empty: as it is. Deviations
  // are above 0.
  std::vector<double> mean = {}, deviation = {};
  bool operator==(const Preprocessing&) const = default;
};

}  // namespace anole
