#pragma once

// Options as JSON and back, by their fields() list: a flat object, snake_case keys in listed order,
// enums by name, paths as text, lists as lists. Include this in sources only.

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "anole/core/error.h"
#include "anole/core/field_value.h"
#include "anole/core/text.h"
#include "anole/io/json.h"

namespace anole {

template <class T>
Json field_to_json(const T& value) {
  if constexpr (std::is_enum_v<T> || std::is_same_v<T, std::filesystem::path>) {
    return field_to_string(value);
  } else {
    return value;
  }
}

// Every field.
template <class Options>
Json fields_to_json(const Options& options) {
  Json object = Json::object();
  visit_fields(options, [&](const auto& field, const auto& value) {
    object[std::string(field.name)] = field_to_json(value);
  });
  return object;
}

// Only the fields that determine results: those not marked `output`.
template <class Options>
Json result_fields_to_json(const Options& options) {
  Json object = Json::object();
  visit_fields(options, [&](const auto& field, const auto& value) {
    if (!field.limits.output) object[std::string(field.name)] = field_to_json(value);
  });
  return object;
}

namespace internal {

// Whether `json` can become a T without loss; limits are checked apart.
template <class T>
bool json_holds(const Json& json) {
  if constexpr (std::is_same_v<T, bool>) return json.is_boolean();
  if constexpr (std::is_same_v<T, double>) return json.is_number();
  if constexpr (std::is_same_v<T, std::uint64_t>) return json.is_number_unsigned();
  if constexpr (std::is_same_v<T, std::int64_t>) {
    return json.is_number_integer() &&
           !(json.is_number_unsigned() &&
             json.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  }
  if constexpr (std::is_same_v<T, int>) {
    return json_holds<std::int64_t>(json) && std::in_range<int>(json.get<std::int64_t>());
  }
  if constexpr (std::is_same_v<T, std::vector<int>>) {
    if (!json.is_array()) return false;
    for (const auto& item : json) {
      if (!json_holds<int>(item)) return false;
    }
    return true;
  }
  return json.is_string();
}

template <class Struct, class T>
T field_from_json(const Field<Struct, T>& field, const Json& json) {
  if constexpr (std::is_enum_v<T>) {
    T value{};
    field_from_string(field, json.is_string() ? json.get<std::string>() : json.dump(), value);
    return value;
  } else {
    if (!json_holds<T>(json)) {
      throw Error("{}: expected {}, found {}", field.name, field_expected(field),
                  json.dump(-1, ' ', true, Json::error_handler_t::replace));
    }
    T value;
    if constexpr (std::is_same_v<T, std::filesystem::path>) {
      value = json.get<std::string>();
    } else {
      value = json.get<T>();
    }
    check_limits(field, value);
    return value;
  }
}

}  // namespace internal

// Sets the fields that `json` names and passes over other keys, for files that a newer program may
// have written. Throws Error as fields_from_json does for values.
template <class Options>
void known_fields_from_json(const Json& json, Options& options, std::string_view where) {
  if (!json.is_object()) throw Error("{}: expected an object, found {}", where, json.type_name());
  Options result = options;
  visit_fields(result, [&](const auto& field, auto& value) {
    const auto found = json.find(std::string(field.name));
    if (found == json.end()) return;
    try {
      value = internal::field_from_json(field, *found);
    } catch (const Error& error) {
      throw Error("{}: {}", where, error.what());
    }
  });
  options = std::move(result);
}

// Sets the fields that `json` names; the others keep their values. Throws Error that begins with
// `where` for a value of the wrong type or out of range, and for an unknown key, naming the
// nearest; `options` is then unchanged.
template <class Options>
void fields_from_json(const Json& json, Options& options, std::string_view where) {
  if (!json.is_object()) throw Error("{}: expected an object, found {}", where, json.type_name());
  std::vector<std::string_view> names;
  visit_fields(options, [&](const auto& field, const auto&) { names.push_back(field.name); });
  for (const auto& [key, value] : json.items()) {
    if (std::ranges::find(names, key) == names.end()) {
      throw Error("{}: unknown key '{}'{}", where, key, did_you_mean(key, names));
    }
  }
  known_fields_from_json(json, options, where);
}

}  // namespace anole
