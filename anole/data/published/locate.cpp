#include "anole/data/published/locate.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "anole/core/error.h"
#include "anole/data/dataset.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

fs::path from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? fs::path() : fs::path(value);
}

}  // namespace

fs::path data_root(const fs::path& option) {
  if (!option.empty()) return option;
  if (const auto root = from_environment("ANOLE_DATA"); !root.empty()) return root;
  // XDG Base Directory Specification: a relative path in the variable is to be ignored.
  if (const auto home = from_environment("XDG_DATA_HOME"); home.is_absolute())
    return home / "anole";
  return from_environment("HOME") / ".local/share/anole";
}

fs::path find_part(const fs::path& folder, std::string_view part) {
  std::error_code ignored;
  for (const auto& path : {folder / (std::string(part) + ".zip"), folder / part}) {
    if (fs::exists(path, ignored)) return path;
  }
  return {};
}

fs::path find_dataset(const fs::path& option, std::string_view name,
                      std::span<const std::string_view> parts) {
  const auto root = data_root(option);
  for (const auto& folder : {root / name, root}) {
    const auto is_here = [&](std::string_view part) { return !find_part(folder, part).empty(); };
    if (std::ranges::any_of(parts, is_here)) return folder;
  }
  return {};
}

fs::path require_dataset(const fs::path& option, std::string_view name,
                         std::span<const std::string_view> parts, std::string_view advice) {
  const auto folder = find_dataset(option, name, parts);
  if (!folder.empty()) return folder;
  const auto root = data_root(option);
  throw Error(
      "{}: not found; looked in '{}' and '{}' for {}; {}, or name the folder with --data or "
      "ANOLE_DATA",
      name, (root / name).string(), root.string(), fmt::join(parts, ", "), advice);
}

}  // namespace anole
