#include "anole/io/file_system.h"

#include <algorithm>
#include <system_error>

#include "anole/core/error.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

void require(const std::error_code& error, const char* failed, const fs::path& path) {
  if (error) throw Error("{}: cannot be {} ({})", path.string(), failed, error.message());
}

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::status_known(status)) require(error, "looked at", path);
  return status;
}

}  // namespace

bool path_exists(const fs::path& path) { return fs::exists(status_of(path)); }
bool is_folder(const fs::path& path) { return fs::is_directory(status_of(path)); }
bool is_plain_file(const fs::path& path) { return fs::is_regular_file(status_of(path)); }

std::uint64_t file_bytes(const fs::path& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  require(error, "looked at", path);
  return bytes;
}

fs::path absolute_path(const fs::path& path) {
  std::error_code error;
  auto full = fs::absolute(path, error);
  require(error, "found from this folder", path);
  return full;
}

std::vector<fs::path> folder_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    entries.push_back(entry->path());
  }
  require(error, "listed", folder);
  std::ranges::sort(entries);
  return entries;
}

void make_folders(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(error, "made", folder);
}

void remove_all_of(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  require(error, "removed", path);
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  require(error, "removed", path);
}

}  // namespace anole
