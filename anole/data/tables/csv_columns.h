#pragma once

// What each column of a separated-values file is: features, the label, or left out.
//
// A column is named as the header has it, spaces around the name aside, or by its place in the
// file, counting from 1. A name comes before a place: with a header 0,1,2,…,6 the column "6" is the
// one named 6, the seventh. Where both are possible and differ a note says which was taken.
//
// Left out, with a note: columns that are empty in every row and have no name, and columns without a
// name ("" or "Unnamed: 0", as data frames write their index) whose values are whole numbers, each
// once.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/files/csv.h"

namespace anole {

struct CsvColumns {
  bool has_header = false;
  std::size_t label = 0;
  std::vector<std::size_t> features;   // in order, not empty
  std::vector<std::string> described;  // of every column, for messages: "'x'" or "column 3"
  std::vector<std::string> notes;
};

// By `label_column`, `header` and `leave_out`; `records` is not empty and rectangular. Throws Error
// that begins with `where`: for a name or place that no column has, for a name that two have, and
// if nothing is left to learn from.
CsvColumns csv_columns(std::span<const CsvRecord> records, const DataOptions& options,
                       const std::string& where);

}  // namespace anole
