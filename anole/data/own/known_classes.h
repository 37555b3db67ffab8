#pragma once

// A folder grows and shrinks after a training; the part that a class had then, it keeps.

#include <span>
#include <string>
#include <vector>

#include "anole/data/dataset.h"
#include "anole/data/splits.h"

namespace anole {

// Whether any of `classes` has the name of one of `known`.
bool has_any_of(const ClassParts& known, std::span<const ClassInfo> classes);

// Those of `classes` that have no name of `known`.
std::vector<std::int32_t> new_classes(const ClassParts& known, std::span<const ClassInfo> classes);

struct KeptParts {
  ClassLists lists = {};
  std::vector<std::string> notes = {};  // what changed
};

// `lists`, as the data is divided now, with the known classes in the parts and in the order that
// they had; the others follow. Nothing changed: the very lists of the training.
KeptParts keep_parts(const ClassLists& lists, const ClassParts& known,
                     std::span<const ClassInfo> classes);

}  // namespace anole
