#pragma once

// NumPy's .npy files, format versions 1 to 3 (numpy.lib.format): one array of float16, float32,
// float64, booleans, integers of 8 to 64 bits, or texts (<U, S), in either byte order, in C or
// Fortran order. What is parsed is little-endian and in C order, whatever the file has.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

struct NpyArray {
  std::vector<std::size_t> shape;  // product is the number of values
  std::string type;                // NumPy's name, little-endian, e.g. "<f4", "|u1", "<U5", "|S5"
  std::string bytes;               // the values
};

// `where` names the file in messages. Throws Error if the bytes are not such a file: another magic
// or version, a broken header, another type (Python objects among them), too few or too many bytes.
// Memory is taken for the bytes that are there, not for those that a header tells of.
NpyArray parse_npy(std::string_view bytes, std::string_view where);

// The values as float32; what float32 cannot hold becomes infinite. Throws Error for texts.
std::vector<float> floats(const NpyArray& array, std::string_view where);

// Each value as a text: integers and whole floats in decimal digits, booleans as 0 and 1, texts
// without the zeros at their end, in UTF-8. Throws Error for floats that are not whole numbers and
// for code points that do not exist.
std::vector<std::string> texts(const NpyArray& array, std::string_view where);

}  // namespace anole
