#pragma once

#include <cstddef>

namespace anole {

// A tensor of the output layer in a flat vector of P numbers: one row for each label, `rows` of
// `size` numbers, from `offset` on.
struct LabelRows {
  std::size_t offset = 0, rows = 0, size = 0;
  bool operator==(const LabelRows&) const = default;
};

}  // namespace anole
