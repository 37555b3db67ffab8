#include "anole/runs/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "anole/core/error.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// "process 4711 on host", as its holder wrote it; empty if it has not yet.
std::string holder_of(int file) {
  std::array<char, 300> text{};
  const auto size = ::pread(file, text.data(), text.size() - 1, 0);
  const std::string_view holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return std::string(holder.substr(0, holder.find('\n')));
}

// For people only: if it cannot be written, the lock is as good.
void write_holder(int file) {
  const auto text = fmt::format("process {} on {}\n", ::getpid(), host_name());
  if (::ftruncate(file, 0) == 0) (void)!::pwrite(file, text.data(), text.size(), 0);
}

// False if the file was removed, folder and all, before it was locked.
bool is_at(int file, const fs::path& path) {
  struct stat mine {
  }, there{};
  return ::fstat(file, &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

[[noreturn]] void refuse(const fs::path& run_folder, const std::string& holder) {
  throw Error("{} is in use: {} works in it; wait until it has ended, or stop it first",
              run_folder.string(), holder.empty() ? "another process" : holder);
}

}  // namespace

RunLock::RunLock(const fs::path& run_folder) {
  const auto path = run_folder / kLockFile;
  do {
    file_ = FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (file_.get() < 0) {
      if (errno == EACCES || errno == EPERM || errno == EROFS) return;  // nor can it be worked in
      throw Error("{}: this run folder cannot be worked in ({}: {})", run_folder.string(),
                  kLockFile, reason(errno));
    }
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) refuse(run_folder, holder_of(file_.get()));
      note_ = fmt::format("{} cannot be locked ({}): see to it that no other process works in it",
                          run_folder.string(), reason(errno));
      return;
    }
  } while (!is_at(file_.get(), path));
  write_holder(file_.get());
}

}  // namespace anole
