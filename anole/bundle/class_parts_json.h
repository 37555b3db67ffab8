#pragma once

// The classes of a training, as bundle and checkpoint remember them: {"train": […],
// "validation": […], "test": […], "unused": […]}, lists of names. Include this in sources only.

#include <string_view>

#include "anole/data/dataset.h"
#include "anole/io/json.h"

namespace anole {

Json to_json(const ClassParts& parts);

// Keys that are not there are empty lists. Throws Error, beginning with `where`, for anything that
// is no list of texts.
ClassParts class_parts_from_json(const Json& json, std::string_view where);

}  // namespace anole
