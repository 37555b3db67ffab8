#include "anole/data/image_cache.h"

#include <fmt/format.h>

#include <cstdlib>
#include <span>
#include <system_error>

#include "anole/core/error.h"
#include "anole/files/digest.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "anole-images";
constexpr int kVersion = 1;
constexpr std::size_t kFewestFiles = 1000;

// The pixels come first and the description last, in a record of fixed length, so that neither
// reading nor writing needs a second copy of the pixels.
constexpr std::size_t kRecord = kCacheRecordBytes;

std::uint64_t time_of_change(const fs::path& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? 0 : static_cast<std::uint64_t>(time.time_since_epoch().count());
}

// One file a source and size: a changed source replaces its cache, other sources keep theirs.
fs::path cache_file(const ImageSet& set, int image_size) {
  const auto folder = cache_folder();
  if (folder.empty()) return {};
  Digest place;
  place.add(static_cast<std::uint64_t>(image_size));
  for (const auto& archive : set.archives) place.add(absolute_path(archive->path()).string());
  return folder / fmt::format("{}-{}.images", set.name, place.hex().substr(0, 16));
}

std::string checksum(std::span<const std::uint8_t> pixels, const std::string& key,
                     const Shape& shape) {
  const auto text = fmt::format("{} {} {} {}", key, shape.channels, shape.height, shape.width);
  return Digest().add(pixels).add(std::string_view(text)).hex();
}

std::string record(const ImageRows& rows, const std::string& key) {
  const auto& shape = rows.shape;
  const Json json = {{"format", kFormat},
                     {"version", kVersion},
                     {"key", key},
                     {"shape", {shape.channels, shape.height, shape.width}},
                     {"checksum", checksum(rows.pixels, key, shape)}};
  auto text = json.dump();
  ANOLE_CHECK(text.size() < kRecord);
  text.resize(kRecord, ' ');
  return text;
}

// The shape in a record that is ours and fits `key`; nothing otherwise.
std::optional<Shape> shape_in(const Json& json, const std::string& key) {
  if (!json.is_object() || json.value("format", "") != kFormat ||
      json.value("version", 0) != kVersion || json.value("key", "") != key) {
    return {};
  }
  const auto sizes = json.value("shape", std::vector<int>());
  if (sizes.size() != 3 || sizes[0] < 1 || sizes[1] < 1 || sizes[2] < 1) return {};
  return Shape{sizes[0], sizes[1], sizes[2]};
}

std::optional<ImageRows> parse(std::vector<std::uint8_t> bytes, const std::string& key) {
  if (bytes.size() < kRecord) return {};
  const auto pixels = bytes.size() - kRecord;
  const auto json =
      Json::parse(bytes.begin() + static_cast<std::ptrdiff_t>(pixels), bytes.end(), nullptr, false);
  const auto shape = shape_in(json, key);
  if (!shape) return {};
  bytes.resize(pixels);
  if (json.value("checksum", "") != checksum(bytes, key, *shape)) return {};
  return ImageRows{*shape, std::move(bytes)};
}

}  // namespace

fs::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && fs::path(cache).is_absolute()) return fs::path(cache) / "anole";
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / ".cache/anole";
}

std::string cache_key(const ImageSet& set, int image_size) {
  Digest key;
  key.add(static_cast<std::uint64_t>(kVersion)).add(static_cast<std::uint64_t>(image_size));
  for (const auto& archive : set.archives) {
    key.add(absolute_path(archive->path()).string()).add(time_of_change(archive->path()));
  }
  for (const auto& file : set.files) {
    const auto& entry = set.archives[static_cast<std::size_t>(file.archive)]->entries()[file.entry];
    key.add(static_cast<std::uint64_t>(file.archive))
        .add(entry.name)
        .add(entry.size)
        .add(entry.version);
  }
  return key.hex();
}

std::optional<ImageRows> load_cache(const fs::path& path, const std::string& key) {
  std::error_code error;
  if (path.empty() || !fs::is_regular_file(path, error)) return {};
  try {
    return parse(read_bytes(path), key);
  } catch (const Error&) {
    return {};
  } catch (const Json::exception&) {  // a record whose fields have other types
    return {};
  }
}

bool store_cache(const fs::path& path, const std::string& key, ImageRows& rows) {
  std::error_code error;
  if (path.empty()) return false;
  fs::create_directories(path.parent_path(), error);
  const auto pixels = rows.pixels.size();
  const auto text = record(rows, key);
  rows.pixels.insert(rows.pixels.end(), text.begin(), text.end());
  bool stored = true;
  try {
    write_file_atomically(path,
                          {reinterpret_cast<const char*>(rows.pixels.data()), rows.pixels.size()});
  } catch (const Error&) {
    stored = false;
  }
  rows.pixels.resize(pixels);
  return stored;
}

ImageRows cached_images(const ImageSet& set, int image_size,
                        const std::function<ImageRows()>& decode) {
  if (set.files.size() < kFewestFiles) return decode();
  const auto path = cache_file(set, image_size);
  const auto key = cache_key(set, image_size);
  if (auto rows = load_cache(path, key);
      rows && rows->pixels.size() == set.files.size() * rows->shape.size()) {
    return *std::move(rows);
  }
  auto rows = decode();
  store_cache(path, key, rows);
  return rows;
}

}  // namespace anole
