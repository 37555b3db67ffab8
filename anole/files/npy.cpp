#include "anole/files/npy.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "anole/core/error.h"

namespace anole {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

// Calls use(T{}) with the C++ type of NumPy's `type`; false if it is none of ours.
template <class Use>
bool with_type(std::string_view type, Use&& use) {
  const auto one = [&]<class T>(T, std::string_view name) {
    if (type == name) use(T{});
    return type == name;
  };
  return one(float{}, "<f4") || one(double{}, "<f8") || one(std::int8_t{}, "|i1") ||
         one(std::uint8_t{}, "|u1") || one(std::uint8_t{}, "|b1") || one(std::int16_t{}, "<i2") ||
         one(std::uint16_t{}, "<u2") || one(std::int32_t{}, "<i4") || one(std::uint32_t{}, "<u4") ||
         one(std::int64_t{}, "<i8") || one(std::uint64_t{}, "<u8");
}

std::size_t type_size(std::string_view type) {
  std::size_t size = 0;
  with_type(type, [&]<class T>(T) { size = sizeof(T); });
  return size;
}

template <class To>
std::vector<To> converted(const NpyArray& array) {
  std::vector<To> values;
  with_type(array.type, [&]<class T>(T value) {
    values.reserve(array.bytes.size() / sizeof(T));
    for (std::size_t at = 0; at < array.bytes.size(); at += sizeof(T)) {
      std::memcpy(&value, array.bytes.data() + at, sizeof(T));
      values.push_back(static_cast<To>(value));
    }
  });
  return values;
}

// The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
// The text behind "'key':", without leading spaces.
std::string_view value_of(std::string_view header, std::string_view key) {
  const auto at = header.find(fmt::format("'{}'", key));
  if (at == header.npos) return {};
  header.remove_prefix(at + key.size() + 2);
  const auto begin = header.find_first_not_of(" :");
  return begin == header.npos ? std::string_view() : header.substr(begin);
}

std::optional<std::string> quoted(std::string_view text) {
  const auto end = text.size() > 1 ? text.find('\'', 1) : text.npos;
  if (!text.starts_with('\'') || end == text.npos) return {};
  return std::string(text.substr(1, end - 1));
}

// "(3, 4)", "(3,)" or "()".
std::optional<std::vector<std::size_t>> dimensions(std::string_view text) {
  const auto end = text.find(')');
  if (!text.starts_with('(') || end == text.npos) return {};
  text = text.substr(1, end - 1);
  std::vector<std::size_t> shape;
  while (!text.empty()) {
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" ,")));
    if (text.empty()) break;
    std::size_t size = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc()) return {};
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    shape.push_back(size);
  }
  return shape;
}

// Takes magic, version and header off `bytes` and returns the header.
std::string_view take_header(std::string_view& bytes, std::string_view where) {
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 10) {
    throw Error("{}: not a .npy file: it does not begin with NumPy's magic bytes", where);
  }
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3) {
    throw Error("{}: found .npy format version {}, expected 1 to 3", where, version);
  }
  const std::size_t digits = version == 1 ? 2 : 4;
  std::uint32_t length = 0;
  if (bytes.size() >= 8 + digits) std::memcpy(&length, bytes.data() + 8, digits);
  if (bytes.size() < 8 + digits + length) {
    throw Error("{}: the file ends inside its .npy header", where);
  }
  const auto header = bytes.substr(8 + digits, length);
  bytes.remove_prefix(8 + digits + length);
  return header;
}

// The number of bytes of an array, or nothing if that overflows.
std::optional<std::size_t> byte_count(const std::vector<std::size_t>& shape, std::size_t each) {
  std::size_t count = each;
  for (const auto size : shape) {
    if (size != 0 && count > std::numeric_limits<std::size_t>::max() / size) return {};
    count *= size;
  }
  return count;
}

}  // namespace

NpyArray parse_npy(std::string_view bytes, std::string_view where) {
  const auto header = take_header(bytes, where);
  const auto type = quoted(value_of(header, "descr"));
  const auto shape = dimensions(value_of(header, "shape"));
  const auto order = value_of(header, "fortran_order");
  if (!type || !shape || !(order.starts_with("True") || order.starts_with("False"))) {
    throw Error("{}: expected descr, fortran_order and shape in the .npy header, found {}", where,
                header.substr(0, 200));
  }
  if (order.starts_with("True") && shape->size() > 1) {
    throw Error("{}: the array is in Fortran order; save numpy.ascontiguousarray(array)", where);
  }
  const auto each = type_size(*type);
  if (each == 0) {
    throw Error(
        "{}: found values of type '{}', expected float32, float64, booleans or integers, "
        "little-endian; save array.astype('<f4')",
        where, *type);
  }
  const auto expected = byte_count(*shape, each);
  if (!expected || *expected != bytes.size()) {
    throw Error("{}: found {} bytes of values, expected {}; the file is {}", where, bytes.size(),
                expected ? fmt::format("{}", *expected) : "more than memory holds",
                expected && *expected < bytes.size() ? "longer than its header says" : "truncated");
  }
  return {.shape = *shape, .type = *type, .bytes = std::string(bytes)};
}

std::vector<float> floats(const NpyArray& array) { return converted<float>(array); }

std::vector<std::int64_t> integers(const NpyArray& array, std::string_view where) {
  if (array.type[1] == 'f') {
    throw Error("{}: found values of type '{}', expected integers", where, array.type);
  }
  return converted<std::int64_t>(array);
}

}  // namespace anole
