#pragma once

// Options as names and texts, as a user gives them: flags on a command line, keywords in a program.
// Both are the fields of options structs, with the same checks and errors.

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "anole/core/field_value.h"

namespace anole {

// One flag, for parsing, help and docs.
struct FlagInfo {
  std::string name;      // of the field: "meta_batch"
  std::string value;     // how help calls its value: "N"; empty for a switch
  std::string help;      // one line
  std::string off;       // of a switch that is usually on: what turning it off does
  std::string expected;  // "an integer at least 1"
  std::string fallback;  // the default as text; may be empty
  std::string group;     // the heading under which help and docs list it
  bool is_switch = false;
  bool output = false;   // does not change results
  bool repeats = false;  // may be given more than once, each value counts
};

// How messages call an option: "meta_batch" -> "--meta-batch", or as it is.
std::string flag_spelling(std::string_view name);
std::string keyword_spelling(std::string_view name);

// A help text with what the table of task distributions knows in the place of "{data sets}" and
// "{splits}".
std::string completed(std::string_view help);

template <class T>
constexpr std::string_view value_word() {
  if constexpr (std::is_same_v<T, bool>) return "";
  if constexpr (std::is_enum_v<T> || std::is_same_v<T, std::string>) return "NAME";
  if constexpr (std::is_same_v<T, std::filesystem::path>) return "PATH";
  if constexpr (std::is_same_v<T, std::vector<int>>) return "N,N,…";
  if constexpr (std::is_floating_point_v<T>) return "X";
  return "N";
}

// The flags of `Options`, with the defaults of `options`.
template <class Options>
std::vector<FlagInfo> flags_of(const Options& options = {}) {
  std::vector<FlagInfo> flags;
  visit_fields(options, [&]<class Field, class T>(const Field& field, const T& value) {
    flags.push_back({.name = std::string(field.name),
                     .value = std::string(value_word<T>()),
                     .help = completed(field.help),
                     .off = std::string(field.limits.off),
                     .expected = field_expected(field),
                     .fallback = field_to_string(value),
                     .group = std::string(field.group.empty() ? "Run" : field.group),
                     .is_switch = std::is_same_v<T, bool>,
                     .output = field.limits.output});
  });
  return flags;
}

struct FlagText {
  std::string name, text;
};

struct Arguments {
  std::vector<std::string> positionals = {};
  std::vector<FlagText> flags =
      {};  // each at most once, the last; but all of those that may repeat
  std::string (*spelling)(std::string_view name) = flag_spelling;

  bool has(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;  // of a flag that may repeat

  // Sets those fields of `options` that the user gave. Throws UsageError for a value that is not
  // one.
  template <class Options>
  void apply(Options& options) const {
    for (const auto& flag : flags) {
      set_field(options, flag.name, spelling(flag.name), flag.text);
    }
  }
};

// Throws UsageError for a name that none of `flags` has, naming the nearest. For those who make
// Arguments without a parser of flags.
void require_known(const Arguments& arguments, std::span<const FlagInfo> flags);

// Throws UsageError if there are fewer or more positionals than `names` asks for; a name in
// brackets may be left out.
void expect_positionals(const Arguments& arguments, std::span<const std::string_view> names);

}  // namespace anole
