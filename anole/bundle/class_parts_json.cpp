#include "anole/bundle/class_parts_json.h"

#include <algorithm>
#include <string>
#include <vector>

#include "anole/core/error.h"

namespace anole {
namespace {

std::vector<std::string> names_from(const Json& json, const char* key, std::string_view where) {
  const auto found = json.find(key);
  if (found == json.end()) return {};
  const auto is_text = [](const Json& value) { return value.is_string(); };
  if (!found->is_array() || !std::ranges::all_of(*found, is_text)) {
    throw Error("{}: \"{}\": expected a list of texts, found {}", where, key, found->type_name());
  }
  return found->get<std::vector<std::string>>();
}

}  // namespace

Json to_json(const ClassParts& parts) {
  return {{"train", parts.train},
          {"validation", parts.validation},
          {"test", parts.test},
          {"unused", parts.unused}};
}

ClassParts class_parts_from_json(const Json& json, std::string_view where) {
  if (!json.is_object()) throw Error("{}: expected an object, found {}", where, json.type_name());
  return {.train = names_from(json, "train", where),
          .validation = names_from(json, "validation", where),
          .test = names_from(json, "test", where),
          .unused = names_from(json, "unused", where)};
}

}  // namespace anole
