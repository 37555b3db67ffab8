#pragma once

// What anole.ClassDataset holds: rows with labels in memory, in the place of a .npy file.

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "anole/data/vectors.h"
#include "anole/program/arguments.h"
#include "anole/program/own_data.h"

namespace anole::python {

// Immutable, so any number of threads may read it.
class ClassData {
 public:
  // Throws Error for arrays that load_vectors would refuse in a file.
  explicit ClassData(ArrayWithLabels arrays);

  // Refers to this, which must outlive it.
  RowsInMemory rows() const;

  const Shape& shape() const { return shape_; }                         // of a row
  const std::vector<std::string>& classes() const { return classes_; }  // sorted
  const std::vector<std::int64_t>& items() const { return items_; }     // of each class
  const std::string& hash() const { return hash_; }

 private:
  ArrayWithLabels arrays_;
  Shape shape_;
  std::vector<std::string> classes_;
  std::vector<std::int64_t> items_;
  std::string hash_;
};

// For an evaluation of what is stored: the data is `rows`, whatever the run's was.
void name_rows(Arguments& arguments, const RowsInMemory& rows);

}  // namespace anole::python
