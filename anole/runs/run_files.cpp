#include "anole/runs/run_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"

namespace anole {
namespace {

// The "iteration" of a line; none if it is not an object that has one.
std::optional<std::int64_t> line_iteration(std::string_view line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return {};
  const auto found = json.find("iteration");
  if (found == json.end() || !found->is_number_integer()) return {};
  return found->get<std::int64_t>();
}

enum class Broken { kRefused, kDropped };  // what to do with a broken line before the last

void cut_log(const std::filesystem::path& path, std::int64_t iteration, Broken broken) {
  if (!path_exists(path)) return;
  const auto text = read_file(path);
  std::string kept;
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const auto newline = text.find('\n', begin);
    if (newline == text.npos) break;  // torn: its writer was killed
    const auto line = std::string_view(text).substr(begin, newline + 1 - begin);
    const auto found = line_iteration(line);
    begin = newline + 1;
    if (!found && begin < text.size() && broken == Broken::kRefused) {
      throw Error("{}: line {} is not a JSON object with an integer \"iteration\"; remove the line",
                  path.string(), number);
    }
    if (found && *found <= iteration) kept += line;
  }
  if (kept != text) write_file_atomically(path, kept);
}

[[noreturn]] void fail_to_append(const std::filesystem::path& path, int error) {
  throw Error("cannot append to {}: {}", path.string(), reason(error));
}

}  // namespace

void write_run_file(const std::filesystem::path& run_folder, std::string_view json) {
  std::string text(json);
  if (!text.ends_with('\n')) text += '\n';
  write_file_atomically(run_folder / kRunFile, text);
}

MetricsLog::MetricsLog(const std::filesystem::path& run_folder, const char* file)
    : path_(run_folder / file),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_.get() < 0) fail_to_append(path_, errno);
}

void MetricsLog::append(std::string_view json_object) {
  ANOLE_CHECK(json_object.find('\n') == json_object.npos);
  const auto size = ::lseek(file_.get(), 0, SEEK_END);
  const int error = write_all(file_.get(), fmt::format("{}\n", json_object));
  if (error == 0) return;
  if (size >= 0) (void)!::ftruncate(file_.get(), size);
  fail_to_append(path_, error);
}

void MetricsLog::sync() {
  if (::fdatasync(file_.get()) != 0) fail_to_append(path_, errno);
}

void cut_logs(const std::filesystem::path& run_folder, std::int64_t iteration) {
  cut_log(run_folder / kMetricsFile, iteration, Broken::kRefused);
  cut_log(run_folder / kTimingFile, iteration, Broken::kDropped);
}

}  // namespace anole
