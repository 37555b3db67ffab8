#pragma once

// Message digests of files and rows, as lower-case hex digits.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace anole {

class Digest {
 public:
  enum class Kind { kSha256, kMd5 };  // MD5 only to recognise files that were published with one

  explicit Digest(Kind kind = Kind::kSha256);
  Digest& add(std::span<const std::uint8_t> bytes);
  Digest& add(std::string_view field);  // its length too, so that fields cannot run together
  Digest& add(std::uint64_t number);
  std::string hex();  // of all that was added; call once

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

// Of a file's bytes. Throws Error naming the file if it cannot be read.
std::string file_digest(const std::filesystem::path& path, Digest::Kind kind);

}  // namespace anole
