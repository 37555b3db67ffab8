#pragma once

// Which column of a .csv file holds the labels, and which only numbers the rows.

#include <filesystem>
#include <string>
#include <vector>

namespace anole {

struct TableColumns {
  std::string label = {};                   // name of the label column; empty: the last one
  std::vector<std::string> numbering = {};  // names of columns that number the rows
};

// Throws Error, naming the columns, if several hold words and none is called a label. A file whose
// columns have no names, or that cannot be read as such, is left to the loader: nothing is found.
TableColumns table_columns(const std::filesystem::path& path);

}  // namespace anole
