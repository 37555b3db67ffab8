#include "anole/io/file_descriptor.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace anole {

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int read_all(int descriptor, std::string& bytes) {
  std::vector<char> buffer(1 << 16);
  while (true) {
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace anole
