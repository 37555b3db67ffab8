#pragma once

// Few-shot data from a table of numbers: sensor readings, embeddings, features. `options.data` is
// the file; its ending, in any case, says the format: .csv and .tsv (tables/csv_table.h) or .npy
// and .npz (tables/npy_table.h).
//
// Values are used as they are, unless `standardize` gives each column, or each channel of pictures,
// mean 0 and deviation 1 over the rows of the training classes (after cuts: validation classes are
// not among them); a column that is the same in all of these keeps deviation 1. The numbers go into
// Preprocessing, and so into the bundle; `options.network` has them for other data, which is never
// fitted anew. The hash of the data set is that of the rows in the file.
//
// Classes are the distinct labels, sorted bytewise, so the order of rows moves no class between the
// parts of a split. Splits: `seeded` (usual) by `split_seed` and `test_fraction`; `lists`: the
// class names in train.txt, test.txt and, if there, val.txt beside the data file, one a line.

#include "anole/data/dataset.h"

namespace anole {

// Throws Error naming file, line and column of what it cannot use.
LoadedData load_vectors(const DataOptions& options);

}  // namespace anole
