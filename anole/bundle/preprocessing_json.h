#pragma once

// Preprocessing as a bundle's metadata holds it; docs/formats.md. Keys at their defaults are left
// out, but for the three that every bundle has.

#include <algorithm>
#include <string>
#include <string_view>

#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/fields.h"
#include "anole/data/preprocessing.h"
#include "anole/io/json.h"

namespace anole {

Json to_json(const Preprocessing& preprocessing);

// Throws Error that begins with `where` and says what was found and expected.
Preprocessing preprocessing_from_json(const Json& json, std::string_view where);

// The value called `name`. Throws Error, beginning with `where`, if there is none.
template <class Enum>
Enum enum_from_name(const std::string& name, std::string_view where) {
  const auto names = enum_names(Enum{});
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw Error("{} is '{}', expected {}", where, name, internal::list_names(names));
  }
  return static_cast<Enum>(found - names.begin());
}

}  // namespace anole
