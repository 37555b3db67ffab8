#pragma once

// Whether a user's own data is fit to be learned from. What spoils a result is a problem: what
// cannot be read, a class in two parts, equal pictures or rows in two classes. What is merely odd is
// a note: equal and blank pictures, classes of few, what is left out.

#include "anole/data/dataset.h"
#include "anole/data/published/check.h"

namespace anole {

// Read and decode everything. `data` must be given; else as the loaders.
DataReport check_image_folder(const DataOptions& options);
DataReport check_vectors(const DataOptions& options);

}  // namespace anole
