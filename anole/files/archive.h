#pragma once

// The files of a data set, whether packed in a zip or unpacked in a folder. Rules:
// 1. Entries are in bytewise order of their names, never in directory order.
// 2. Only files are entries; dotfiles and __MACOSX are left out.
// 3. Symbolic links are followed, but a folder is not entered inside itself: what is left out is
//    told by left_out().
// 4. `read` may be called from any number of threads.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace anole {

struct ArchiveEntry {
  std::string name;        // path inside the archive, with '/'
  std::uint64_t size = 0;  // bytes, unpacked
  std::uint64_t version =
      0;  // changes with the content: CRC-32 in a zip, time of change in a folder
};

class Archive {
 public:
  // `path` is a zip file or a folder (read 8 folders deep). Throws Error if it is missing,
  // unreadable or no zip.
  static std::unique_ptr<Archive> open(const std::filesystem::path& path);
  virtual ~Archive() = default;

  const std::filesystem::path& path() const { return path_; }
  const std::vector<ArchiveEntry>& entries() const { return entries_; }
  // All folders inside, those without files too, as "Korean/character01"; bytewise order.
  const std::vector<std::string>& folders() const { return folders_; }
  // What is there but cannot be read, with the reason: "latest: a link to a folder that it is in".
  const std::vector<std::string>& left_out() const { return left_out_; }
  // "images_background.zip: Korean/character01/0643_01.png" for messages; a folder gives the path.
  virtual std::string describe(std::size_t entry) const = 0;
  // All bytes of entries()[entry]; throws Error naming archive, entry and reason.
  virtual std::vector<std::uint8_t> read(std::size_t entry) const = 0;

 protected:
  explicit Archive(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::vector<ArchiveEntry> entries_;
  std::vector<std::string> folders_, left_out_;
};

}  // namespace anole
