#pragma once

// train.txt, val.txt and test.txt: the names of classes, one a line. Each of them may be there alone.
//   - UTF-8, with or without a byte order mark; lines end in \n, \r\n or \r; empty lines are skipped.
//   - "./a", "a/" and "a\b" mean a, a and a/b; letters and accents are composed.
//   - A line that begins with '#' is a comment, unless a class is named so.
// Classes in no list are test classes where there is no test.txt but a train.txt, training classes
// where there is no train.txt, and in no part where both are there.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anole/data/own/own_split.h"

namespace anole {

struct ClassNames {
  // Of the files that are there.
  std::optional<std::vector<std::string>> train = {}, validation = {}, test = {};
  bool any() const { return train || validation || test; }
};

// Whether `name` is that of a list file: train.txt, val.txt, … by part_named.
bool is_list_file(std::string_view name);

// Throws Error for a file that is not UTF-8 and for two files of one part.
ClassNames read_class_lists(const OwnClasses& own);

// Whether each name is that of a class.
bool fits(const ClassNames& names, std::span<const ClassInfo> classes);

// Throws Error for a name that is no class, or that is listed twice.
ClassLists divide_by_lists(const ClassNames& names, const OwnClasses& own);

}  // namespace anole
