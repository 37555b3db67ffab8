#include "anole/io/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>

#include "anole/core/error.h"
#include "anole/io/file_descriptor.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_to_write(const fs::path& path, int error) {
  const char* advice = "";
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    advice = "; make room and try again";
  } else if (error == EACCES || error == EPERM || error == EROFS) {
    advice = "; check who may write in this folder";
  } else if (error == ENOENT || error == ENOTDIR) {
    advice = "; make its folder first";
  }
  throw Error("cannot write {}: {}{}", path.string(), reason(error), advice);
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Temporaries of `path` are hidden files that begin so; the writer's process id and a counter
// follow.
std::string temporary_prefix(const fs::path& path) {
  return fmt::format(".{}.tmp-", path.filename().string());
}

// A living writer holds a lock on its temporary, and the system drops the locks of a dead one; so a
// temporary whose lock is free is stale, on whichever machine or in whichever container.
void remove_stale_temporaries(const fs::path& path) {
  const auto prefix = temporary_prefix(path);
  std::error_code error;
  for (fs::directory_iterator entry(folder_of(path), error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(prefix)) continue;
    const FileDescriptor file(::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      ::unlink(entry->path().c_str());
    }
  }
}

// An open, locked temporary beside `path`; removed on destruction unless it was moved into place.
class Temporary {
 public:
  explicit Temporary(const fs::path& path) : target_(path) {
    do {
      create();
      ::flock(file_.get(),
              LOCK_EX);  // where locks are not supported, nothing is ever seen as stale
    } while (was_removed());
  }
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  void write(std::string_view bytes) {
    if (const int error = write_all(file_.get(), bytes)) fail_to_write(target_, error);
    if (::fsync(file_.get()) != 0) fail_to_write(target_, errno);
  }

  void move_into_place() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail_to_write(target_, errno);
    path_.clear();
  }

 private:
  void create() {
    static std::atomic<unsigned> counter = 0;
    const auto name = fmt::format("{}{}-{}", temporary_prefix(target_), ::getpid(), counter++);
    const auto path = folder_of(target_) / name;
    file_ = FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file_.get() < 0 && errno == EEXIST) return create();  // of a dead process with our id
    if (file_.get() < 0) fail_to_write(target_, errno);
    path_ = path;
  }

  // Between creation and lock, another writer's clean-up may have taken this file for a stale one.
  bool was_removed() const {
    struct stat status {};
    return ::fstat(file_.get(), &status) == 0 && status.st_nlink == 0;
  }

  fs::path target_, path_;
  FileDescriptor file_;
};

// Gives the file at `path` the second name `previous`; `path` itself never disappears where the
// file system knows hard links. Elsewhere the file is renamed and `path` is absent for a moment.
void keep_previous(const fs::path& path, const fs::path& previous) {
  const auto link = folder_of(path) / fmt::format("{}link-{}", temporary_prefix(path), ::getpid());
  ::unlink(link.c_str());
  if (::link(path.c_str(), link.c_str()) == 0) {
    const bool renamed = ::rename(link.c_str(), previous.c_str()) == 0;
    const int error = errno;
    ::unlink(link.c_str());  // rename leaves it if both are already one file
    if (!renamed) fail_to_write(previous, error);
    return;
  }
  if (errno == ENOENT) return;  // there is no file yet
  if (::rename(path.c_str(), previous.c_str()) != 0) fail_to_write(previous, errno);
}

// Makes a rename durable. Some network file systems cannot sync a folder; their rename is enough.
void sync_folder(const fs::path& path) {
  const FileDescriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return;  // a folder that may be written but not read
  if (::fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP) fail_to_write(path, errno);
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view bytes, const fs::path& previous) {
  remove_stale_temporaries(path);
  Temporary temporary(path);
  temporary.write(bytes);
  if (!previous.empty()) keep_previous(path, previous);
  temporary.move_into_place();
  sync_folder(path);
}

std::string read_file(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    throw Error("cannot read {}: {}", path.string(), reason(errno));
  }
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(status.st_size));
  if (const int error = read_all(file.get(), bytes)) {
    throw Error("cannot read {}: {}", path.string(), reason(error));
  }
  return bytes;
}

}  // namespace anole
