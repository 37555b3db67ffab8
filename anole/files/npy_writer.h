#pragma once

// Arrays as NumPy's .npy files, format version 1: little-endian, C order.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace anole {

// The bytes of a file that holds `values` in `shape`, whose product is their number.
std::string npy_bytes(std::span<const float> values, std::span<const std::size_t> shape);
std::string npy_bytes(std::span<const std::int32_t> values, std::span<const std::size_t> shape);

}  // namespace anole
