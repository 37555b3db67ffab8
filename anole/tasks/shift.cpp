#include "anole/tasks/shift.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "anole/core/error.h"

namespace anole {

void check_shift(std::string_view option, int shift, const Shape& shape) {
  if (shift > 0 && shape.height * shape.width == 1) {
    throw UsageError("{} is {}, but the rows of the data set are no images; leave it out", option,
                     shift);
  }
}

void shift_row(const Shape& shape, int down, int right, std::span<float> row) {
  const std::vector<float> old(row.begin(), row.end());
  std::size_t to = 0;
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x, ++to) {
        const int from_y = std::clamp(y - down, 0, shape.height - 1);
        const int from_x = std::clamp(x - right, 0, shape.width - 1);
        const int from = (channel * shape.height + from_y) * shape.width + from_x;
        row[to] = old[static_cast<std::size_t>(from)];
      }
    }
  }
}

void shift_rows(const Shape& shape, int most, Rng& rng, std::span<float> rows) {
  const auto choices = static_cast<std::uint32_t>(2 * most + 1);
  for (std::size_t at = 0; at < rows.size(); at += shape.size()) {
    const int down = static_cast<int>(rng.below(choices)) - most;
    const int right = static_cast<int>(rng.below(choices)) - most;
    shift_row(shape, down, right, rows.subspan(at, shape.size()));
  }
}

}  // namespace anole
