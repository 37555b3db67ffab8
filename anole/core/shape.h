#pragma once

// The shape of one row: an image [C, H, W], or a vector [C] with height = width = 1.

#include <cstddef>

namespace anole {

struct Shape {
  int channels = 0, height = 1, width = 1;

  std::size_t size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  bool operator==(const Shape&) const = default;
};

}  // namespace anole
