#pragma once

// Where the files of a data set are.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace anole {

// `<folder>/<part>.zip`, else the folder `<folder>/<part>`, else the file `<folder>/<part>`; empty
// if there is none. A zip comes first: an unpacked folder beside it may be incomplete.
std::filesystem::path find_part(const std::filesystem::path& folder, std::string_view part);

// The folder of data set `name`: `<root>/<name>`, else the root itself, where `root` is
// data_root(option) and a folder counts if it has any of `parts`. Empty if there is none.
std::filesystem::path find_dataset(const std::filesystem::path& option, std::string_view name,
                                   std::span<const std::string_view> parts);

// The same; throws Error saying where it looked, for what, and what to do: `advice`, "run 'anole
// data fetch omniglot'".
std::filesystem::path require_dataset(const std::filesystem::path& option, std::string_view name,
                                      std::span<const std::string_view> parts,
                                      std::string_view advice);

}  // namespace anole
