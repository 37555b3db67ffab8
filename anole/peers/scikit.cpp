#include "anole/peers/scikit.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_descriptor.h"
#include "anole/peers/program.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScript =
#include "anole/peers/peers_script.inc"
    ;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto pattern = (fs::temp_directory_path() / "anole-peers-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Error("{}: cannot be made: {}", pattern, reason(errno));
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

constexpr const char* kHow =
    "python3 -m venv ~/peers && ~/peers/bin/pip install scikit-learn, then --python "
    "~/peers/bin/python";

// The last line that says anything.
std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of(" \n\r\t");
  if (end == std::string::npos) return "it said nothing";
  const auto begin = text.find_last_of('\n', end);
  return text.substr(begin + 1, end - begin);
}

void require_success(const ProgramEnd& end, const std::string& python) {
  if (end.code == 0) return;
  if (end.code == 127) {
    throw Error("there is no Python at '{}' ({}); {}", python, last_line(end.errors), kHow);
  }
  const auto line = last_line(end.errors);
  const bool missing =
      line.find("ModuleNotFoundError") != line.npos || line.find("ImportError") != line.npos;
  if (missing) throw Error("{} has no scikit-learn ({}); {}", python, line, kHow);
  throw Error("the peers' program failed under {} (exit code {}): {}", python, end.code, line);
}

}  // namespace

std::string_view peers_script() { return kScript; }

std::vector<PeerAnswers> scikit_answers(const ExchangedTasks& tasks, const ScikitOptions& options) {
  const TemporaryFolder folder;
  write_tasks(folder.path(), tasks);
  const auto script = folder.path() / "peers.py";
  write_file_atomically(script, kScript);
  const auto threads = fmt::format("{}", options.threads);
  const auto end =
      run_program({.command = {options.python, script.string(), folder.path().string()},
                   .environment = {{"OMP_NUM_THREADS", threads},
                                   {"OPENBLAS_NUM_THREADS", threads},
                                   {"PYTHONDONTWRITEBYTECODE", "1"}},
                   .while_running = options.while_running});
  require_success(end, options.python);
  const auto& first = tasks.scored[0];
  const auto queries = first.size() * first[0].query.size();
  return read_answers(folder.path(), tasks.scored.size(), static_cast<int>(queries));
}

}  // namespace anole
