#include "tests/io/recorded_calls.h"

#include <sys/types.h>

#include <filesystem>

namespace anole {
namespace {

namespace fs = std::filesystem;

bool recording = false;
std::vector<std::string> recorded;

std::string name_of(const fs::path& path) {
  if (fs::is_directory(path)) return "folder";
  const auto name = path.filename().string();
  return name.starts_with('.') ? "temporary" : name;
}

std::string name_of(int descriptor) {
  return name_of(fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor)));
}

void record(const char* call, const std::string& what) {
  if (recording) recorded.push_back(std::string(call) + ' ' + what);
}

std::string pair_of(const char* from, const char* to) {
  return name_of(fs::path(from)) + " to " + name_of(fs::path(to));
}

}  // namespace

RecordedCalls::RecordedCalls() {
  recorded.clear();
  recording = true;
}
RecordedCalls::~RecordedCalls() { recording = false; }
const std::vector<std::string>& RecordedCalls::calls() const { return recorded; }

}  // namespace anole

extern "C" {
ssize_t __real_write(int descriptor, const void* bytes, size_t count);
int __real_fsync(int descriptor);
int __real_fdatasync(int descriptor);
int __real_link(const char* from, const char* to);
int __real_rename(const char* from, const char* to);

ssize_t __wrap_write(int descriptor, const void* bytes, size_t count) {
  if (anole::recording) anole::record("write", anole::name_of(descriptor));
  return __real_write(descriptor, bytes, count);
}
int __wrap_fsync(int descriptor) {
  if (anole::recording) anole::record("fsync", anole::name_of(descriptor));
  return __real_fsync(descriptor);
}
int __wrap_fdatasync(int descriptor) {
  if (anole::recording) anole::record("fdatasync", anole::name_of(descriptor));
  return __real_fdatasync(descriptor);
}
int __wrap_link(const char* from, const char* to) {
  if (anole::recording) anole::record("link", anole::pair_of(from, to));
  return __real_link(from, to);
}
int __wrap_rename(const char* from, const char* to) {
  if (anole::recording) anole::record("rename", anole::pair_of(from, to));
  return __real_rename(from, to);
}
}
