#pragma once

// How the classes of a user's own data are divided: by seed, by list files, by folders, or, where an
// initialisation is only evaluated, not at all. docs/protocol.md says it in words ("Your own data").

#include <array>
#include <span>
#include <string>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/splits.h"

namespace anole {

// A text file beside the classes; `name` may be train.txt, val.txt, test.txt, …, by part_named.
struct ListFile {
  std::string name;
  std::string text;
};

struct OwnClasses {
  std::span<const ClassInfo> classes = {};
  bool divided = false;                             // by folders, and how:
  std::span<const std::array<bool, 3>> parts = {};  // of each class, by SplitPart
  std::vector<ListFile> lists = {};                 // those that are there
  bool lists_may_be_foreign = false;  // not used, unless asked for, if they name other things
  std::string where = {};             // of the data, for messages
};

struct OwnSplit {
  ClassSplit split = {};
  std::string name = {};  // "seeded", "lists", "folders" or "all"
  std::vector<std::string> notes = {};
};

// The split that `options` ask for. Classes of `options.known` keep their parts. Throws Error for a
// class in two parts, and for what listed_split and cut_split refuse.
OwnSplit split_own(const OwnClasses& own, const DataOptions& options);

}  // namespace anole
