#include "anole/bundle/start.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "anole/core/error.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// XDG Base Directory Specification: a relative path in the variable is to be ignored.
fs::path data_home() {
  const char* data = std::getenv("XDG_DATA_HOME");
  if (data != nullptr && fs::path(data).is_absolute()) return data;
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / ".local/share";
}

}  // namespace

fs::path start_bundle() {
  const auto data = data_home();
  return data.empty() ? fs::path() : data / "anole/start.anole";
}

fs::path require_start_bundle() {
  const auto path = start_bundle();
  std::error_code ignored;
  if (!path.empty() && fs::exists(path, ignored)) return path;
  const auto place = path.empty() ? "neither XDG_DATA_HOME nor HOME is set" : path.string();
  throw Error("there is no start here ({}): run make demo, or name a bundle", place);
}

}  // namespace anole
