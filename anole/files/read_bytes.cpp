#include "anole/files/read_bytes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "anole/core/error.h"

namespace anole {

namespace fs = std::filesystem;

std::vector<std::uint8_t> read_bytes(const fs::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) throw Error("{}: cannot be opened ({})", path.string(), std::strerror(errno));
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) throw Error("{}: cannot be read ({})", path.string(), error.message());
  std::vector<std::uint8_t> bytes(size);
  if (std::fread(bytes.data(), 1, size, file.get()) != size) {
    throw Error("{}: cannot be read ({})", path.string(), std::strerror(errno));
  }
  return bytes;
}

}  // namespace anole
