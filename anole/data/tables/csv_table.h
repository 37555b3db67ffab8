#pragma once

// Rows with labels from separated values: .csv and .tsv.
//
// One row a record, one column of labels, all others finite numbers; True and False are 1 and 0.
// The separator is found (csv_separator), the header too (csv_header.h) unless `header` says so,
// and what each column is (csv_columns.h) by `label_column` and `leave_out`.

#include <string>
#include <string_view>

#include "anole/data/dataset.h"
#include "anole/data/tables/table.h"

namespace anole {

// `where` names the text in messages. Throws Error naming line and column of what it cannot use: a
// word, a missing value, a decimal comma, an empty label.
Table table_from_csv(std::string_view text, const std::string& where, const DataOptions& options);

// The same of rows that may have no labels, for a network that takes `numbers` of each: where there
// is one column more, it is that of the labels, some of which may be empty; `label_column` names
// it, else it is found.
Table rows_from_csv(std::string_view text, const std::string& where, const DataOptions& options,
                    std::size_t numbers);

}  // namespace anole
