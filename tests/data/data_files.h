#pragma once

// Small zips, pictures and folders that the tests of this folder write for themselves.

#include <spng.h>
#include <unistd.h>
#include <zip.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "anole/core/error.h"
#include "tests/error_of.h"

namespace anole::testing {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

// A folder that lives as long as the test.
class TempFolder {
 public:
  TempFolder() {
    auto pattern = (fs::temp_directory_path() / "anole-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() { fs::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline void write_file(const fs::path& path, const Bytes& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}
inline void write_file(const fs::path& path, const std::string& text) {
  write_file(path, Bytes(text.begin(), text.end()));
}

// A PNG of `width` pixels a line. `pixels` is as PNG wants it: packed bits, samples, or RGB(A).
inline Bytes png(std::uint32_t width, std::uint32_t height, spng_color_type type,
                 std::uint8_t depth, const Bytes& pixels) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = width;
  header.height = height;
  header.bit_depth = depth;
  header.color_type = static_cast<std::uint8_t>(type);
  spng_set_ihdr(context, &header);
  int error =
      spng_encode_image(context, pixels.data(), pixels.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  void* data = error == 0 ? spng_get_png_buffer(context, &size, &error) : nullptr;
  if (error != 0) throw Error("test PNG: {}", spng_strerror(error));
  const auto* first = static_cast<const std::uint8_t*>(data);
  Bytes bytes(first, first + size);
  std::free(data);
  spng_ctx_free(context);
  return bytes;
}

// One grey pixel; the smallest useful picture.
inline Bytes dot(std::uint8_t grey) { return png(1, 1, SPNG_COLOR_TYPE_GRAYSCALE, 8, {grey}); }

// Writes a zip of `files` by name, in the given order; a name that ends in '/' is a directory.
using Files = std::vector<std::pair<std::string, Bytes>>;
inline void write_zip(const fs::path& path, const Files& files, const char* password = nullptr) {
  fs::create_directories(path.parent_path());
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, bytes] : files) {
    if (name.ends_with('/')) {
      zip_dir_add(zip, name.c_str(), 0);
      continue;
    }
    auto* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const auto index = zip_file_add(zip, name.c_str(), source, 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
    if (password != nullptr) {
      zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_TRAD_PKWARE, password);
    }
  }
  if (zip_close(zip) != 0) throw Error("test zip: {}", zip_strerror(zip));
}

// Opens a zip, lets `edit` change it and writes it again.
template <class Edit>
void edit_zip(const fs::path& path, Edit&& edit) {
  zip_t* zip = zip_open(path.c_str(), 0, nullptr);
  edit(zip);
  if (zip_close(zip) != 0) throw Error("test zip: {}", zip_strerror(zip));
}

using anole::error_of;

}  // namespace anole::testing

// The folder of real data, or the test is skipped.
#define ANOLE_REQUIRE_DATA(variable)                \
  const char* variable = std::getenv("ANOLE_DATA"); \
  if (variable == nullptr) GTEST_SKIP() << "skipped: ANOLE_DATA is not set"
