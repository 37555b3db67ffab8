#pragma once

// The rows of a table as questions.

#include "anole/support/questions.h"

namespace anole {

// As ask_about, of a .csv, .tsv or .npy file.
void ask_about_table(const std::string& path, const Bundle& bundle, const DataOptions& table,
                     const TakeQuestion& take);

}  // namespace anole
