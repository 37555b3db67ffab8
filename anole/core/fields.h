#pragma once

// One list of fields per options struct; flags, `--help`, the TOML config, the run record and
// docs/options.md are visitors over it, so a name, a default and a range are written once.
//
//   struct MetaOptions {
//     int meta_batch = 5;  // tasks per meta-iteration
//     static constexpr auto fields() {
//       return std::tuple{Field{"meta_batch", &MetaOptions::meta_batch, "tasks per meta-iteration",
//                               {.min = 1}}};
//     }
//   };
//
// A member that is itself an options struct is listed as Nested{&Outer::inner}; its fields join the
// outer ones under their own names. Names are snake_case; the CLI and configs also accept '-'.

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <tuple>

namespace anole {

// Inclusive bounds of a number, what the field means for a resumed run, and a switch's other side.
struct FieldLimits {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;     // min itself is not allowed
  bool output = false;        // does not change results: threads, paths, display
  std::string_view off = {};  // of a bool that is usually true: what `false` does, as help says it
};

template <class Struct, class T>
struct Field {
  std::string_view name;
  T Struct::*member;
  std::string_view help;  // one line; units and special values
  FieldLimits limits = {};
  std::string_view group = {};  // the last Heading before it in its list; filled in by visit_fields
};
template <class Struct, class T>
Field(std::string_view, T Struct::*, std::string_view) -> Field<Struct, T>;
template <class Struct, class T>
Field(std::string_view, T Struct::*, std::string_view, FieldLimits) -> Field<Struct, T>;

template <class Struct, class T>
struct Nested {
  T Struct::*member;
};
template <class Struct, class T>
Nested(T Struct::*) -> Nested<Struct, T>;  // for compilers without that of aggregates

// In a list: what the fields after it are called together in help and docs. A list of its own may
// have none; its fields then belong to the heading under which it is nested.
struct Heading {
  std::string_view heading;
};

// The spelling of an enum's value. Every enum in options has an overload, found by its namespace:
//   constexpr std::span<const std::string_view> enum_names(Optimizer);  // in order from 0
template <class Enum>
std::string_view enum_name(Enum value) {
  return enum_names(value)[static_cast<std::size_t>(value)];
}

// Calls visitor(field, value) for every field of `object`, nested ones included, in listed order.
// `value` is a reference to the member, const if `object` is. `group` is that of the fields before
// the first Heading.
template <class Object, class Visitor>
void visit_fields(Object& object, Visitor&& visitor, std::string_view group = {}) {
  const auto one = [&]<class Entry>(const Entry& entry) {
    if constexpr (requires { entry.heading; }) {
      group = entry.heading;
    } else if constexpr (requires { entry.name; }) {
      auto field = entry;
      field.group = group;
      visitor(field, object.*(entry.member));
    } else {
      visit_fields(object.*(entry.member), visitor, group);
    }
  };
  std::apply([&](const auto&... entry) { (one(entry), ...); }, Object::fields());
}

}  // namespace anole
