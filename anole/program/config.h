#pragma once

// A TOML config: flat keys, the same as the flags (`meta_batch` or `meta-batch`). A path that
// begins with "~/" is in the user's home folder; an integer from 2^63 on stands in quotes.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/program/arguments.h"

namespace anole {

// One `key = value` of a config, not yet parsed as the type of its field.
struct ConfigEntry {
  std::string name;   // of the field: "meta_batch"
  std::string text;   // the value
  std::string where;  // "configs/glyphs.toml:7"
  std::string key;    // as written: "meta-batch"
};

// The entries of the TOML text `toml`; `source` names it in errors. Throws UsageError with file and
// line for what is not TOML, for unknown keys (naming the nearest) and for values of another type.
std::vector<ConfigEntry> parse_config(std::string_view toml, const std::string& source,
                                      std::span<const FlagInfo> flags);

// The same of a file.
std::vector<ConfigEntry> read_config(const std::filesystem::path& path,
                                     std::span<const FlagInfo> flags);

// The same of a config that is part of the binary, by its name: "omniglot_5way" for
// configs/omniglot_5way.toml. Throws UsageError for an unknown name, naming the nearest.
bool is_embedded_config(std::string_view name);
std::string near_config(std::string_view name);  // "; did you mean 'glyphs'?" or ""
std::vector<ConfigEntry> embedded_config(std::string_view name, std::span<const FlagInfo> flags);

template <class Options>
void apply_config(std::span<const ConfigEntry> entries, Options& options) {
  for (const auto& entry : entries) {
    set_field(options, entry.name, entry.where + ": " + entry.key, entry.text);
  }
}

}  // namespace anole
