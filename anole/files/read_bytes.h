#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace anole {

// All bytes of one file; throws Error naming it and the reason.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path);

}  // namespace anole
