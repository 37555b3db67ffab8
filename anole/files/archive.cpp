#include "anole/files/archive.h"

#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <string_view>
#include <system_error>

#include "anole/core/error.h"
#include "anole/core/text.h"
#include "anole/files/read_bytes.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDeepest = 8;                           // folders inside folders
constexpr std::uint64_t kLargest = std::uint64_t{1} << 28;    // bytes; pictures are far smaller
constexpr std::uint64_t kFirstRead = std::uint64_t{1} << 20;  // bytes

// Whether a part of the path is a dotfile or the folder of resource forks that macOS adds.
bool is_hidden(std::string_view name) {
  while (!name.empty()) {
    const auto part = name.substr(0, name.find('/'));
    if (part.starts_with('.') || part == "__MACOSX") return true;
    name.remove_prefix(std::min(name.size(), part.size() + 1));
  }
  return false;
}

void require_readable_size(std::uint64_t bytes, const std::string& where) {
  if (bytes <= kLargest) return;
  throw Error("{}: {} bytes, expected at most {} in one file of a data set; leave it out", where,
              with_commas(static_cast<std::int64_t>(bytes)),
              with_commas(static_cast<std::int64_t>(kLargest)));
}

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseZipFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;
using ZipFile = std::unique_ptr<zip_file_t, CloseZipFile>;

Zip open_zip(const fs::path& path) {
  int code = 0;
  Zip zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (zip) return zip;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw Error("{}: cannot be read as a zip ({}); is the download complete?", path.string(), reason);
}

// libzip handles are not for several threads, so every concurrent reader gets its own.
class ZipArchive final : public Archive {
 public:
  explicit ZipArchive(const fs::path& path) : Archive(path) {
    auto zip = open_zip(path);
    list(zip.get());
    free_.push_back(std::move(zip));
  }

  std::string describe(std::size_t entry) const override {
    return fmt::format("{}: {}", path_.string(), entries_[entry].name);
  }

  std::vector<std::uint8_t> read(std::size_t entry) const override {
    auto zip = take();
    auto bytes = read(zip.get(), entry);
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(zip));
    return bytes;
  }

 private:
  void list(zip_t* zip) {
    const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(zip, 0));
    std::vector<std::pair<ArchiveEntry, zip_uint64_t>> found;
    for (zip_uint64_t i = 0; i < count; ++i) {
      zip_stat_t stat;
      if (zip_stat_index(zip, i, 0, &stat) != 0) {
        throw Error("{}: entry {} cannot be read ({})", path_.string(), i, zip_strerror(zip));
      }
      const std::string name = stat.name;
      if (is_hidden(name)) continue;
      add_folders(name);
      if (name.ends_with('/')) continue;
      found.push_back({{.name = name, .size = stat.size, .version = stat.crc}, i});
    }
    std::ranges::sort(found, {},
                      [](const auto& item) -> const std::string& { return item.first.name; });
    for (auto& [entry, index] : found) {
      entries_.push_back(std::move(entry));
      indices_.push_back(index);
    }
    std::ranges::sort(folders_);
    folders_.erase(std::ranges::unique(folders_).begin(), folders_.end());
  }

  // The folders on the way to an entry: a zip need not list them.
  void add_folders(std::string_view name) {
    const auto end = name.rfind('/');
    if (end == name.npos) return;
    const auto folder = name.substr(0, end);
    if (folder.empty() || (!folders_.empty() && folders_.back() == folder)) return;
    add_folders(folder);
    folders_.emplace_back(folder);
  }

  Zip take() const {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto zip = std::move(free_.back());
        free_.pop_back();
        return zip;
      }
    }
    return open_zip(path_);
  }

  std::vector<std::uint8_t> read(zip_t* zip, std::size_t entry) const {
    const auto size = entries_[entry].size;
    require_readable_size(size, describe(entry));
    const ZipFile file(zip_fopen_index(zip, indices_[entry], 0));
    if (!file) fail(entry, zip_strerror(zip));
    std::vector<std::uint8_t> bytes;
    std::uint64_t found = 0;
    // The directory's size is only a claim: memory grows with what is there, and the byte past the
    // end tells of more. Reading to the end makes libzip compare the CRC.
    for (std::uint64_t got = 1; got != 0 && found <= size; found += got) {
      bytes.resize(found + std::min(size + 1 - found, std::max(found, kFirstRead)));
      const auto result = zip_fread(file.get(), bytes.data() + found, bytes.size() - found);
      if (result < 0) fail(entry, zip_file_strerror(file.get()));
      got = static_cast<std::uint64_t>(result);
    }
    if (found > size) fail(entry, fmt::format("more than the {} bytes of its directory", size));
    if (found < size) fail(entry, fmt::format("{} of {} bytes", found, size));
    bytes.resize(size);
    return bytes;
  }

  [[noreturn]] void fail(std::size_t entry, std::string_view reason) const {
    throw Error(
        "{}: cannot be unpacked ({}); make the zip again without a password, or fetch it again",
        describe(entry), reason);
  }

  std::vector<zip_uint64_t> indices_;  // of entries_, in the zip's own order
  mutable std::mutex mutex_;
  mutable std::vector<Zip> free_;
};

class FolderArchive final : public Archive {
 public:
  explicit FolderArchive(const fs::path& path) : Archive(path) {
    try {
      std::vector<fs::path> inside{fs::canonical(path)};
      list("", inside);
    } catch (const fs::filesystem_error& error) {
      throw Error("{}: cannot be listed ({})", error.path1().string(), error.code().message());
    }
    std::ranges::sort(entries_, {}, &ArchiveEntry::name);
    std::ranges::sort(folders_);
    std::ranges::sort(left_out_);
  }

  std::string describe(std::size_t entry) const override {
    return (path_ / entries_[entry].name).string();
  }
  std::vector<std::uint8_t> read(std::size_t entry) const override {
    require_readable_size(entries_[entry].size, describe(entry));
    return read_bytes(path_ / entries_[entry].name);
  }

 private:
  // `inside`: the folders that hold this one, and itself, without links in their paths.
  void list(const std::string& folder, std::vector<fs::path>& inside) {
    for (const auto& item : fs::directory_iterator(path_ / folder)) {
      const auto file = item.path().filename().string();
      if (is_hidden(file)) continue;
      const auto name = folder.empty() ? file : folder + "/" + file;
      std::error_code error;
      const auto status = fs::status(item.path(), error);
      if (fs::is_directory(status)) {
        enter(item, name, inside);
      } else if (fs::is_regular_file(status)) {
        entries_.push_back({.name = name,
                            .size = item.file_size(),
                            .version = static_cast<std::uint64_t>(
                                item.last_write_time().time_since_epoch().count())});
      } else {
        left_out_.push_back(fmt::format("{}: {}", name, kind_of(item, status)));
      }
    }
  }

  void enter(const fs::directory_entry& item, const std::string& name,
             std::vector<fs::path>& inside) {
    const auto real =
        item.is_symlink() ? fs::canonical(item.path()) : inside.back() / item.path().filename();
    if (std::ranges::find(inside, real) != inside.end()) {
      left_out_.push_back(name + ": a link to a folder that it is in");
    } else if (inside.size() > kDeepest) {
      left_out_.push_back(fmt::format("{}: more than {} folders deep", name, kDeepest));
    } else {
      folders_.push_back(name);
      inside.push_back(real);
      list(name, inside);
      inside.pop_back();
    }
  }

  static std::string_view kind_of(const fs::directory_entry& item, const fs::file_status& status) {
    if (!item.is_symlink()) return "neither a file nor a folder";
    if (status.type() == fs::file_type::not_found) return "a link to nothing";
    return "a link that leads to no file or folder";
  }
};

}  // namespace

std::unique_ptr<Archive> Archive::open(const fs::path& path) {
  if (!path_exists(path)) throw Error("{}: no such zip or folder", path.string());
  if (is_folder(path)) return std::make_unique<FolderArchive>(path);
  return std::make_unique<ZipArchive>(path);
}

}  // namespace anole
