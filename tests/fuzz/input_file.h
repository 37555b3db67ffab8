#pragma once

// The input as a file, for readers that take a path.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace anole::fuzz {

// A folder of this process's own, in memory where there is /dev/shm; it goes with the process.
class InputFolder {
 public:
  InputFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent =
        std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    auto pattern = (parent / "anole-fuzz-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~InputFolder() { std::filesystem::remove_all(path_); }
  InputFolder(const InputFolder&) = delete;
  InputFolder& operator=(const InputFolder&) = delete;

  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const auto path = path_ / name;
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
  }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path input_file(const std::string& name, std::string_view bytes) {
  static const InputFolder folder;
  return folder.write(name, bytes);
}

}  // namespace anole::fuzz
