#pragma once

// A table of numbers with labels, as its file has it: what readers of .csv and .npy hand over.

#include <string>
#include <vector>

#include "anole/core/shape.h"

namespace anole {

struct Table {
  Shape shape;                       // of a row
  std::vector<float> rows;           // [n, shape], finite
  std::vector<std::string> labels;   // [n], none empty
  std::vector<std::string> columns;  // as messages call them, "'x'"; empty: they have no names
  std::vector<std::string> notes;    // what is odd about it, a line each
};

// "'x'" or "column 3": what messages call the number at `index` of a row.
std::string column_name(const Table& table, std::size_t index);

// "'x', 'y' and 3 more": at most five of `names`.
std::string some_of(const std::vector<std::string>& names);

}  // namespace anole
