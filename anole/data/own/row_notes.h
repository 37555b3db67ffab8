#pragma once

// What loading says of rows, a line each: equal ones in two classes, and blank pictures. Cheap: each
// row is hashed once.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "anole/data/class_dataset.h"

namespace anole {

// Two equal rows; `first` comes before `second` in the order of the data.
struct EqualRows {
  std::int32_t first_class = 0, first_item = 0, second_class = 0, second_item = 0;
};

struct RowPlace {
  std::int32_t class_index = 0, item = 0;
};

struct RowsReport {
  std::vector<EqualRows> twins = {};  // each row with the first one that it equals
  std::vector<RowPlace> blank = {};   // pictures of one value all over
};

// Rows of one value all over are no twins where rows are pictures: they are blank.
RowsReport look_at_rows(const ClassDataset& dataset, int threads);

// Says where item `item` of class `class_index` is from: "a/1.png".
using NameOfItem = std::function<std::string(std::int32_t class_index, std::int32_t item)>;

// The lines of loading. Equal rows in a training class and in a test class come first.
std::vector<std::string> row_notes(const ClassDataset& dataset, const ClassSplit& split,
                                   const NameOfItem& name, int threads);

}  // namespace anole
