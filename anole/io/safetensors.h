#pragma once

// The safetensors file format: 8 bytes of little-endian header length, a JSON header that names
// dtype, shape and place of every tensor, then the data. https://github.com/huggingface/safetensors
// Any file that parses here, the stock Python package reads too, and the other way round.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

enum class Dtype { kF64, kI64, kU64, kF32, kI32, kU32, kF16, kBf16, kI16, kU16, kI8, kU8, kBool };
inline std::span<const std::string_view> enum_names(Dtype) {
  static constexpr std::string_view kNames[] = {"F64",  "I64", "U64", "F32", "I32", "U32", "F16",
                                                "BF16", "I16", "U16", "I8",  "U8",  "BOOL"};
  return kNames;
}
std::size_t dtype_bytes(Dtype dtype);

struct Tensor {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<std::int64_t> shape;  // each >= 0; empty for a scalar
  std::string data;  // little-endian, row-major; dtype_bytes times the shape's product
};

Tensor float_tensor(std::string name, std::vector<std::int64_t> shape,
                    std::span<const float> values);
std::vector<float> tensor_floats(const Tensor& tensor);  // of an F32 tensor

// One string of the header's "__metadata__".
struct MetadataEntry {
  std::string key, value;
  bool operator==(const MetadataEntry&) const = default;
};

struct TensorFile {
  std::vector<MetadataEntry> metadata;  // in file order
  std::vector<Tensor> tensors;          // in file order

  const std::string* find_metadata(std::string_view key) const;  // null if there is none
  const Tensor* find_tensor(std::string_view name) const;        // null if there is none
};

// The bytes of a file; equal contents give equal bytes. Wide elements come first so that all data
// is aligned; tensors keep their order otherwise. Throws Error for a name or key that is used
// twice.
std::string to_safetensors(const TensorFile& file);

// Parses a whole file. Throws Error that begins with `where` if anything in it is not exactly as
// the format says: header length, keys, offsets that overlap, leave a hole or end outside the file,
// sizes that do not match dtype and shape, names that appear twice.
TensorFile from_safetensors(std::string_view bytes, std::string_view where);

}  // namespace anole
