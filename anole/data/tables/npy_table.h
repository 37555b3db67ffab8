#pragma once

// Rows with labels from NumPy's arrays: .npy with a file of labels beside it, or .npz with both.
//
// What the array [n, …] is, features or pictures, npy_layout.h says.
//
// Labels: [n] or [n, 1] integers, whole floats, booleans or texts in a .npy file; a text file of n
// lines; or in a .npz. There the rows are named x, data, images, features or arr_0, the labels y,
// labels, label, targets, target or arr_1, in any case.

#include <string>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/tables/table.h"
#include "anole/files/npy.h"

namespace anole {

// Of options.data and options.labels. Throws Error naming file, row and what it cannot use.
Table table_from_npy(const DataOptions& options);

// The same of arrays in memory, which messages call `options.data` and `options.labels`.
struct ArrayWithLabels {
  NpyArray rows;                    // [n, …]
  std::vector<std::string> labels;  // [n]
};
Table table_from_arrays(const ArrayWithLabels& arrays, const DataOptions& options);

// One label a row: [n] or [n, 1] integers, whole floats, booleans or texts. Throws Error for others.
std::vector<std::string> labels_from_array(const NpyArray& array, const std::string& where);

// table_from_npy of rows that may have no labels: of a .npy file without options.labels, or a .npz without
// an array of them.
Table rows_from_npy(const DataOptions& options);

}  // namespace anole
