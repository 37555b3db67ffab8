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
// Classes are the distinct labels, letters and accents composed, sorted bytewise, so the order of
// rows moves no class between the parts of a split. Splits: `lists`, usual where there is a
// train.txt, val.txt or test.txt beside the file that names classes of it alone (own/class_lists.h);
// else `seeded` by `split_seed` and `test_fraction`; `all`, usual where an initialisation is only
// evaluated: every class is a test class.

#include "anole/data/dataset.h"
#include "anole/data/tables/npy_table.h"
#include "anole/data/tables/table.h"

namespace anole {

// Throws Error naming file, line and column of what it cannot use.
LoadedData load_vectors(const DataOptions& options);

// The same without a look for equal rows, which load_vectors notes.
LoadedData open_vectors(const DataOptions& options);

// What load_vectors makes of a .npy file with these arrays: the same bits, hash and split. There are no
// list files beside them. Messages call them X and y. Throws Error also for options of files.
LoadedData load_arrays(const ArrayWithLabels& arrays, DataOptions options);

// The classes alone, not standardized: names, shape and hash.
ClassDataset classes_of_arrays(const ArrayWithLabels& arrays);

// The rows of options.data, [n, shape] and not standardized yet, for a network that is there
// (options.network): a table to be asked about. `labels` are those that it has, composed, or empty.
// Throws Error as load_vectors, and for rows of another size than the network's.
Table read_rows(const DataOptions& options);

}  // namespace anole
