#include "anole/data/image_cache.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "anole/core/error.h"
#include "anole/files/digest.h"
#include "anole/files/read_bytes.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/io/json.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "anole-images";
constexpr int kVersion = 2;
constexpr std::size_t kFewestFiles = 1000;

// The pixels come first and the description last, in a record of fixed length, so that neither
// reading nor writing needs a second copy of the pixels.
constexpr std::size_t kRecord = kCacheRecordBytes;

// The kernel stamps files by a clock that ticks every 1 to 10 ms: what is written twice within a
// tick has one time of change.
constexpr auto kTick = std::chrono::milliseconds(20);

using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

Time time_of(const timespec& time) {
  return Time(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

// Digests what the file system knows of files, and when the last of them changed.
class Sources {
 public:
  explicit Sources(Digest& digest) : digest_(digest) {}

  void add(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;  // reading will say so
    const auto written = time_of(status.st_mtim), changed = time_of(status.st_ctim);
    newest_ = std::max(newest_, changed);
    for (const auto number :
         {static_cast<std::int64_t>(status.st_size), static_cast<std::int64_t>(status.st_ino),
          static_cast<std::int64_t>(status.st_dev), written.time_since_epoch().count(),
          changed.time_since_epoch().count()}) {
      digest_.add(static_cast<std::uint64_t>(number));
    }
  }

  // Until a change from now on has a later time than those that were seen.
  void wait() const {
    const auto now = std::chrono::system_clock::now();
    if (newest_ <= now && now - newest_ < kTick) std::this_thread::sleep_until(newest_ + kTick);
  }

 private:
  Digest& digest_;
  Time newest_ = {};
};

void add_form(const Preprocessing& how, Digest& digest) {
  const auto& shape = how.shape;
  for (const int number : {shape.channels, shape.height, shape.width, static_cast<int>(how.resize),
                           how.source, static_cast<int>(how.fit)}) {
    digest.add(static_cast<std::uint64_t>(number));
  }
}

// One file a source and form: a changed source replaces its cache, other sources keep theirs.
fs::path cache_file(const ImageSet& set, const Preprocessing& how) {
  const auto folder = cache_folder();
  if (folder.empty()) return {};
  Digest place;
  add_form(how, place);
  for (const auto& archive : set.archives) place.add(absolute_path(archive->path()).string());
  return folder / fmt::format("{}-{}.images", set.name, place.hex().substr(0, 16));
}

// Feeds `sources`' digest with all that the images of `set` come from.
void add_sources(const ImageSet& set, Digest& digest, Sources& sources) {
  for (const auto& archive : set.archives) {
    digest.add(absolute_path(archive->path()).string());
    if (!is_folder(archive->path())) sources.add(archive->path());
  }
  for (const auto& file : set.files) {
    const auto& archive = *set.archives[static_cast<std::size_t>(file.archive)];
    const auto& entry = archive.entries()[file.entry];
    digest.add(static_cast<std::uint64_t>(file.archive))
        .add(entry.name)
        .add(entry.size)
        .add(entry.version);
    if (is_folder(archive.path())) sources.add(archive.path() / entry.name);
  }
}

// The numbers of a record beside its key.
std::vector<std::int64_t> numbers_of(const ImageRows& rows) {
  const auto& [shape, pixels, counts] = rows;
  return {shape.channels, shape.height,         shape.width,
          counts.files,   counts.colored,       counts.reshaped,
          counts.nearest, counts.first_colored, counts.first_reshaped};
}
constexpr std::size_t kNumbers = 9;

std::string checksum(const ImageRows& rows, const std::string& key) {
  Digest digest;
  digest.add(rows.pixels).add(key);
  for (const auto number : numbers_of(rows)) digest.add(static_cast<std::uint64_t>(number));
  return digest.hex();
}

std::string record(const ImageRows& rows, const std::string& key) {
  const Json json = {{"format", kFormat},
                     {"version", kVersion},
                     {"key", key},
                     {"numbers", numbers_of(rows)},
                     {"checksum", checksum(rows, key)}};
  auto text = json.dump();
  ANOLE_CHECK(text.size() < kRecord);
  text.resize(kRecord, ' ');
  return text;
}

// Rows without their pixels, of a record that is ours and fits `key`; nothing otherwise.
std::optional<ImageRows> rows_in(const Json& json, const std::string& key) {
  if (!json.is_object() || json.value("format", "") != kFormat ||
      json.value("version", 0) != kVersion || json.value("key", "") != key) {
    return {};
  }
  const auto numbers = json.value("numbers", std::vector<std::int64_t>());
  if (numbers.size() != kNumbers) return {};
  const auto side = [&](std::size_t i) { return static_cast<int>(numbers[i]); };
  ImageRows rows{.shape = {side(0), side(1), side(2)},
                 .pixels = {},
                 .counts = {.files = numbers[3],
                            .colored = numbers[4],
                            .reshaped = numbers[5],
                            .nearest = numbers[6],
                            .first_colored = numbers[7],
                            .first_reshaped = numbers[8]}};
  if (rows.shape.channels < 1 || rows.shape.height < 1 || rows.shape.width < 1) return {};
  return rows;
}

std::optional<ImageRows> parse(std::vector<std::uint8_t> bytes, const std::string& key) {
  if (bytes.size() < kRecord) return {};
  const auto pixels = bytes.size() - kRecord;
  const auto json =
      Json::parse(bytes.begin() + static_cast<std::ptrdiff_t>(pixels), bytes.end(), nullptr, false);
  auto rows = rows_in(json, key);
  if (!rows) return {};
  bytes.resize(pixels);
  rows->pixels = std::move(bytes);
  if (json.value("checksum", "") != checksum(*rows, key)) return {};
  return rows;
}

}  // namespace

fs::path cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && fs::path(cache).is_absolute()) return fs::path(cache) / "anole";
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? fs::path() : fs::path(home) / ".cache/anole";
}

std::string cache_key(const ImageSet& set, const Preprocessing& how) {
  Digest key;
  Sources sources(key);
  key.add(static_cast<std::uint64_t>(kVersion));
  add_form(how, key);
  add_sources(set, key, sources);
  sources.wait();
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

ImageRows cached_images(const ImageSet& set, const Preprocessing& how,
                        const std::function<ImageRows()>& decode) {
  if (set.files.size() < kFewestFiles) return decode();
  const auto path = cache_file(set, how);
  const auto key = cache_key(set, how);
  if (auto rows = load_cache(path, key);
      rows && rows->pixels.size() == set.files.size() * rows->shape.size()) {
    return *std::move(rows);
  }
  auto rows = decode();
  if (cache_key(set, how) == key) store_cache(path, key, rows);
  return rows;
}

}  // namespace anole
