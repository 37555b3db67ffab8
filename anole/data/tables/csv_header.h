#pragma once

// Whether the first record of a separated-values file names the columns, where nobody has said.
//
// It does if
//   1. none of its fields is a number (and not all are missing values), or
//   2. it has words over columns of numbers, and its label occurs in no other record, or
//   3. all its fields but the label are numbers, and one of these holds:
//      a. its label is a word, all others are numbers, as "label" over 1, 2, 3;
//      b. its label is one of the words label, labels, class, target, category, and no other's;
//      c. its fields count 0, 1, 2, … or 1, 2, 3, …: at least four of them, or two over columns that
//         hold decimals; a label that is no number occurs in no other record, and all others occur
//         again or the columns hold decimals;
//      d. three or more whole numbers that ascend, the label among them if it is one, over columns
//         whose values are mostly not whole;
//      e. its numbers ascend (two whole ones, or three of any kind), and its label occurs once,
//         while every other label occurs again;
//      f. its first field is empty, its other numbers ascend, and below the first lie 0, 1, 2, … or
//         1, 2, 3, ….
// Empty columns are left aside. 2 and 3 are guesses, and come with a note that says so.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/files/csv.h"

namespace anole {

struct HeaderGuess {
  bool is_header = false;
  std::string note = {};  // of a guess: why, and the option that says otherwise
};

// `label` is the column of labels; `columns` are all that are not empty, in order, `label` among
// them.
HeaderGuess guess_header(std::span<const CsvRecord> records, std::span<const std::size_t> columns,
                         std::size_t label);

// Whether `name` is a usual name of the column of labels, in any case.
bool names_labels(std::string_view name);

// Whether `field` stands for a value that is not there: "", "NA", "nan", "null", "?", ….
bool is_missing(std::string_view field);

// Without spaces and tabs at both ends.
std::string_view without_blanks(std::string_view field);

// Whether the fields of `column` below the header are 0, 1, 2, … or 1, 2, 3, ….
bool counts_rows(std::span<const CsvRecord> rows, std::size_t column);

}  // namespace anole
