#pragma once

// Few-shot data from a table of numbers: sensor readings, embeddings, features. `options.data` is
// the file; its ending says the format. Values are used as they are: nothing is standardised, so
// scale the columns before (to about mean 0 and deviation 1) if their units differ.
//
// .csv: RFC 4180, one row a record, one column of labels, all others finite numbers.
//   - `label_column` is the header's name of the label column or its number, counting from 1;
//     empty: the last column.
//   - The first record is a header if `label_column` is a name, or if none of its fields is a
//     number.
// .npy: [n] or [n, d, …] numbers.
//   - More dimensions are laid end to end (C order) into d features, but [n, C, H, W] stays an
//     image of that shape.
//   - `labels` is a .npy file of n integers or a text file of n lines.
//
// Classes are the distinct labels, sorted bytewise, so the order of rows moves no class between the
// parts of a split. Splits: `seeded` (usual) by `split_seed` and `test_fraction`; `lists`: the
// class names in train.txt, test.txt and, if there, val.txt beside the data file, one a line.

#include "anole/data/dataset.h"

namespace anole {

// Throws Error naming file, line and column of what it cannot use.
LoadedData load_vectors(const DataOptions& options);

}  // namespace anole
