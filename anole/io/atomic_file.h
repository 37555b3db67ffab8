#pragma once

// Files that are either wholly the old or wholly the new, whatever happens while they are written:
// a kill, a full disk, a power cut.

#include <filesystem>
#include <string>
#include <string_view>

namespace anole {

// Replaces the contents of `path`: writes a temporary file in the same folder, fsyncs it, renames
// it over `path` and fsyncs the folder. If `previous` is not empty, the file that was at `path` is
// kept under that name (in the same folder); from then on one of the two is always whole.
// Temporaries left by a killed process are removed. On any failure throws Error naming path and
// reason, with `path` as it was and no temporary left.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes,
                           const std::filesystem::path& previous = {});

// All bytes of a file. Throws Error naming path and reason.
std::string read_file(const std::filesystem::path& path);

}  // namespace anole
