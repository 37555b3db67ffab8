#pragma once

// NumPy's .npy files, format versions 1 to 3 (numpy.lib.format): one array, little-endian, C order,
// of float32, float64, booleans or integers of 8 to 64 bits.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

struct NpyArray {
  std::vector<std::size_t> shape;  // product is the number of values
  std::string type;                // NumPy's name, e.g. "<f4"
  std::string bytes;               // the values
};

// `where` names the file in messages. Throws Error if the bytes are not such a file: another magic
// or version, a broken header, Fortran order, another type, too few or too many bytes.
NpyArray parse_npy(std::string_view bytes, std::string_view where);

// The values as float32; what float32 cannot hold becomes infinite.
std::vector<float> floats(const NpyArray& array);

// The values of an array of integers or booleans. Throws Error for floats.
std::vector<std::int64_t> integers(const NpyArray& array, std::string_view where);

}  // namespace anole
