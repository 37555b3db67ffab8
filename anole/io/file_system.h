#pragma once

// Questions to the file system that std::filesystem answers with exceptions of its own. What cannot
// be answered (no permission, a loop of links, a name too long) throws Error naming path and reason.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace anole {

// Whether `path`, or what a link there points to, is anything, a folder, or a file.
bool path_exists(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);
bool is_plain_file(const std::filesystem::path& path);

std::uint64_t file_bytes(const std::filesystem::path& path);
std::filesystem::path absolute_path(const std::filesystem::path& path);

// The entries of a folder, as "<folder>/<name>", in bytewise order.
std::vector<std::filesystem::path> folder_entries(const std::filesystem::path& folder);

void make_folders(const std::filesystem::path& folder);  // with those above it
void remove_all_of(const std::filesystem::path& path);   // and what is in it
void remove_file(const std::filesystem::path& path);     // or an empty folder; none: nothing

}  // namespace anole
