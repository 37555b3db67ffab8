#include "anole/program/config.h"

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/io/file_system.h"
#include "anole/program/configs.h"

namespace anole {
namespace {

// The text of a value, as a flag would have it; "" for types that no field has.
std::string text_of(const toml::node& node) {
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_integer()) return fmt::format("{}", value->get());
  if (const auto* value = node.as_floating_point()) return fmt::format("{}", value->get());
  if (const auto* value = node.as_boolean()) return value->get() ? "true" : "false";
  const auto* array = node.as_array();
  if (array == nullptr) return "";
  std::vector<std::int64_t> items;
  for (const auto& item : *array) items.push_back(item.value<std::int64_t>().value_or(0));
  return fmt::format("{}", fmt::join(items, ","));
}

// Whether text is an integer beyond TOML's, which end at 2^63 - 1; seeds go on to 2^64 - 1.
bool is_large_integer(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !std::in_range<std::int64_t>(value);
}

// Text belongs in quotes and numbers do not, as in every TOML reader; but for those that TOML does
// not know.
bool fits(const toml::node& node, const FlagInfo& flag) {
  if (flag.is_switch) return node.is_boolean();
  if (flag.value == "NAME" || flag.value == "PATH") return node.is_string();
  if (flag.value == "N" && node.is_string()) return is_large_integer(text_of(node));
  if (flag.value == "N,N,…") {
    const auto* list = node.as_array();
    return node.is_integer() || (list && list->empty()) ||
           node.is_homogeneous(toml::node_type::integer);
  }
  return node.is_number();
}

std::string found_text(const toml::node& node) {
  if (node.is_string()) return fmt::format("the text \"{}\"", text_of(node));
  if (node.is_value() && !text_of(node).empty()) return fmt::format("'{}'", text_of(node));
  return node.is_array() ? "a list" : node.is_table() ? "a table" : "a date or time";
}

const FlagInfo& flag_for(std::string_view key, const std::string& where,
                         std::span<const FlagInfo> flags) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '-', '_');
  std::vector<std::string_view> known;
  for (const auto& flag : flags) {
    if (flag.name == name) return flag;
    known.push_back(flag.name);
  }
  const auto hint = did_you_mean(name, known);
  throw UsageError("{}: unknown key '{}'{}", where, key,
                   hint.empty() ? "; docs/options.md lists them" : hint);
}

struct Line {
  toml::source_index number;
  std::string_view key;
  const toml::node* node;
};

// The keys of a table in the order of the file; toml++ sorts them by name.
std::vector<Line> lines_of(const toml::table& table) {
  std::vector<Line> lines;
  for (const auto& [key, node] : table)
    lines.push_back({key.source().begin.line, key.str(), &node});
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.number < b.number; });
  return lines;
}

toml::table parse_toml(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    const bool large = error.description().find("64 bits") != std::string_view::npos;
    throw UsageError("{}:{}: not TOML: {}{}", source, error.source().begin.line,
                     error.description(),
                     large ? "; an integer from 2^63 on stands in quotes" : "");
  }
}

// A shell would have put the home folder in the place of "~"; nobody does so for a config.
std::string expanded_path(const std::string& text, const std::string& where) {
  if (!text.starts_with('~')) return text;
  if (text.size() > 1 && text[1] != '/') {
    throw UsageError("{}: '{}': homes of other users are not looked up; write the whole path",
                     where, text);
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    throw UsageError("{}: '{}': $HOME is not set; write the whole path", where, text);
  }
  return home + text.substr(1);
}

ConfigEntry entry_of(const Line& line, const std::string& source, std::span<const FlagInfo> flags) {
  const auto where = fmt::format("{}:{}", source, line.number);
  if (line.node->is_table()) {
    throw UsageError("{}: unknown key '{}'; keys are flat, without tables", where, line.key);
  }
  const auto& flag = flag_for(line.key, where, flags);
  if (!fits(*line.node, flag)) {
    throw UsageError("{}: {}: expected {}, found {}", where, line.key, flag.expected,
                     found_text(*line.node));
  }
  auto text = text_of(*line.node);
  const std::string key(line.key);
  if (flag.value == "PATH") text = expanded_path(text, where + ": " + key);
  return {.name = flag.name, .text = std::move(text), .where = where, .key = key};
}

}  // namespace

std::vector<ConfigEntry> parse_config(std::string_view toml, const std::string& source,
                                      std::span<const FlagInfo> flags) {
  const toml::table table = parse_toml(toml, source);
  std::vector<ConfigEntry> entries;
  for (const auto& line : lines_of(table)) {
    auto entry = entry_of(line, source, flags);
    for (const auto& earlier : entries) {
      if (earlier.name != entry.name) continue;
      throw UsageError("{}: {} is given twice, as {} and {}", entry.where, entry.name, earlier.key,
                       entry.key);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<ConfigEntry> read_config(const std::filesystem::path& path,
                                     std::span<const FlagInfo> flags) {
  std::ifstream file(path);
  if (!file || is_folder(path)) {
    throw UsageError("config {}: cannot be read; expected a TOML file such as configs/glyphs.toml",
                     path.string());
  }
  std::stringstream text;
  text << file.rdbuf();
  return parse_config(text.str(), path.string(), flags);
}

bool is_embedded_config(std::string_view name) {
  return std::ranges::find(kConfigs, name, &EmbeddedConfig::name) != std::end(kConfigs);
}

std::string near_config(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& config : kConfigs) names.push_back(config.name);
  return did_you_mean(name, names);
}

std::vector<ConfigEntry> embedded_config(std::string_view name, std::span<const FlagInfo> flags) {
  const auto config = std::ranges::find(kConfigs, name, &EmbeddedConfig::name);
  if (config != std::end(kConfigs)) {
    return parse_config(config->text, fmt::format("configs/{}.toml", name), flags);
  }
  throw UsageError("unknown config '{}'{}", name, near_config(name));
}

}  // namespace anole
