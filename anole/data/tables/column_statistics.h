#pragma once

// Mean and deviation of a table's columns over the rows of some classes.

#include <span>
#include <string>
#include <vector>

#include "anole/data/class_dataset.h"
#include "anole/data/tables/table.h"

namespace anole {

// Per number of a row; of pictures, [C, H, W] with H and W above 1, the same for all numbers of a
// channel. Deviations are those of all values (divided by their count); 0 where all are equal.
struct ColumnStatistics {
  std::vector<double> mean, deviation;  // [shape.size()]
};

// Over the rows of `classes`, each once; there is at least one.
ColumnStatistics column_statistics(const ClassDataset& dataset, std::span<const ClassRef> classes);

// What is odd about features: columns that are the same in every row and, unless they are
// `standardized`, scales that differ more than a hundredfold. None of pictures.
std::vector<std::string> statistics_notes(const ColumnStatistics& statistics, const Table& table,
                                          bool standardized);

}  // namespace anole
