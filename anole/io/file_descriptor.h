#pragma once

// POSIX files for the writers of this folder: an owner, and reads and writes that finish.

#include <string>
#include <string_view>
#include <utility>

namespace anole {

// Owns an open file; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(FileDescriptor&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// Both return 0 or the errno of the call that failed, and go on after interrupts.
int write_all(int descriptor, std::string_view bytes);
int read_all(int descriptor, std::string& bytes);  // appends up to the end of the file

std::string reason(int error);  // "No space left on device"

}  // namespace anole
