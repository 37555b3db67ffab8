#pragma once

// Decoded images, packed in one file in the user's cache folder, so that a second start reads them
// at once. Rules:
// 1. A cache is used only if its key fits: what cache_key says of the sources, how they become
//    rows, the version of the format. Otherwise it is made again, silently. What changes while it
//    is read is not cached.
// 2. A checksum covers the file; a damaged cache is made again, silently.
// 3. A cache that cannot be written (read-only folder, full disk) never fails the load.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "anole/data/image_set.h"

namespace anole {

// $XDG_CACHE_HOME/anole, else ~/.cache/anole; empty if the environment names neither.
std::filesystem::path cache_folder();

// What `set`, decoded as `how` says (a size or channels of 0: the usual), is made from, as 64 hex
// digits: of every source its path, size, inode and the times when its content and its inode
// changed, and the CRC of what is in a zip. A file that another replaces has another inode, and one
// that is written again another time, which no program can set back.
std::string cache_key(const ImageSet& set, const Preprocessing& how);

// The images of `set` from the cache, else from `decode`, which are then cached. Sets of fewer than
// 1,000 files are always decoded: that takes no longer, and leaves nothing behind.
ImageRows cached_images(const ImageSet& set, const Preprocessing& how,
                        const std::function<ImageRows()>& decode);

// The two halves, on one file: nothing if there is no whole cache with this key; false if it could
// not be written.
std::optional<ImageRows> load_cache(const std::filesystem::path& path, const std::string& key);
bool store_cache(const std::filesystem::path& path, const std::string& key, ImageRows& rows);

}  // namespace anole
