#include "anole/files/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are");

// Bits of IEEE 754 half precision.
struct Half {
  std::uint16_t bits = 0;
  explicit operator float() const {
    const std::uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0) {  // subnormal: fraction * 2^-24, exact
      const float value = static_cast<float>(fraction) * 0x1p-24f;
      return sign == 0 ? value : -value;
    }
    const std::uint32_t wide = exponent == 0x1f ? 0xffu : exponent + 112;  // biases 15 and 127
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
  }
  explicit operator double() const { return static_cast<float>(*this); }
};

// Calls use(T{}) with the C++ type of NumPy's `type`, of any byte order; false if it is none of
// the numbers.
template <class Use>
bool with_type(std::string_view type, Use&& use) {
  const auto one = [&]<class T>(T, std::string_view name) {
    const bool is = type.substr(std::min<std::size_t>(type.size(), 1)) == name;
    if (is) use(T{});
    return is;
  };
  return one(Half{}, "f2") || one(float{}, "f4") || one(double{}, "f8") ||
         one(std::int8_t{}, "i1") || one(std::uint8_t{}, "u1") || one(std::uint8_t{}, "b1") ||
         one(std::int16_t{}, "i2") || one(std::uint16_t{}, "u2") || one(std::int32_t{}, "i4") ||
         one(std::uint32_t{}, "u4") || one(std::int64_t{}, "i8") || one(std::uint64_t{}, "u8");
}

bool is_text(std::string_view type) { return type[1] == 'U' || type[1] == 'S'; }

constexpr std::size_t kCodePoint = 4;  // bytes a letter of <U

// What the values of an array are made of.
struct Value {
  std::size_t size = 0;  // bytes; 0: no type of ours
  std::size_t word = 1;  // bytes that a byte order is about
};
Value value_of_type(std::string_view type) {
  constexpr std::string_view kOrders = "<>|=";
  if (type.size() < 3 || kOrders.find(type[0]) == kOrders.npos) return {};
  if (!is_text(type)) {
    Value value;
    with_type(type, [&]<class T>(T) { value = {sizeof(T), sizeof(T)}; });
    return value;
  }
  std::uint32_t letters = 0;
  const auto end = type.data() + type.size();
  const auto [rest, error] = std::from_chars(type.data() + 2, end, letters);
  if (error != std::errc() || rest != end) return {};
  const std::size_t word = type[1] == 'U' ? kCodePoint : 1;
  return {letters * word, word};
}

// Calls take(value) for each number.
template <class Take>
void for_each_number(const NpyArray& array, Take take) {
  with_type(array.type, [&]<class T>(T value) {
    for (std::size_t at = 0; at < array.bytes.size(); at += sizeof(T)) {
      std::memcpy(&value, array.bytes.data() + at, sizeof(T));
      take(value);
    }
  });
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

// The same values with the bytes of each word the other way round.
void swap_words(std::string& bytes, std::size_t word) {
  for (std::size_t at = 0; at < bytes.size(); at += word) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + word));
  }
}

// From Fortran order (first index fastest) to C order (last index fastest), values of `each` bytes.
std::string in_c_order(std::string_view bytes, const std::vector<std::size_t>& shape,
                       std::size_t each) {
  std::vector<std::size_t> strides, index(shape.size());
  std::size_t stride = each;
  for (const auto size : shape) {
    strides.push_back(stride);
    stride *= size;
  }
  std::string result;
  result.reserve(bytes.size());
  std::size_t from = 0;
  while (result.size() < bytes.size()) {
    result += bytes.substr(from, each);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

[[noreturn]] void refuse_type(std::string_view type, std::string_view where) {
  if (type.size() > 1 && type[1] == 'O') {
    throw Error(
        "{}: the array holds Python objects, which only Python can read back (pickle); save "
        "array.astype('float32') or, of labels, array.astype(str)",
        where);
  }
  throw Error(
      "{}: found values of type '{}', expected floats of 16 to 64 bits, booleans, integers or "
      "texts; save array.astype('float32') or, of labels, array.astype(str)",
      where, type);
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto rest = [&](int bits) { add(0x80u | (code >> bits & 0x3fu)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0u | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0u | code >> 12);
    } else {
      add(0xf0u | code >> 18);
      rest(12);
    }
    rest(6);
  }
  rest(0);
}

// Of one value of <U.
std::string utf8(std::string_view points, std::string_view where) {
  std::string text;
  for (std::size_t at = 0; at < points.size(); at += kCodePoint) {
    std::uint32_t code = 0;
    std::memcpy(&code, points.data() + at, sizeof(code));
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      throw Error("{}: found the letter {:#x} in a text, expected a Unicode code point", where,
                  code);
    }
    append_utf8(text, code);
  }
  return text;
}

template <class T>
std::string text_of(T value, std::string_view where) {
  if constexpr (std::is_integral_v<T>) {
    return fmt::format("{}", value);
  } else {
    const auto number = static_cast<double>(value);
    constexpr double kWhole = 0x1p53;  // up to here doubles hold every whole number
    if (!(std::abs(number) <= kWhole) || number != std::floor(number)) {
      throw Error("{}: found {}, expected whole numbers or texts as labels", where, number);
    }
    return fmt::format("{}", static_cast<std::int64_t>(number));
  }
}

}  // namespace

NpyArray parse_npy(std::string_view bytes, std::string_view where) {
  const auto header = take_header(bytes, where);
  auto type = quoted(value_of(header, "descr"));
  auto shape = dimensions(value_of(header, "shape"));
  const auto order = value_of(header, "fortran_order");
  if (!type || !shape || !(order.starts_with("True") || order.starts_with("False"))) {
    throw Error("{}: expected descr, fortran_order and shape in the .npy header, found {}", where,
                header.substr(0, 200));
  }
  const auto [each, word] = value_of_type(*type);
  if (each == 0) refuse_type(*type, where);
  const auto expected = byte_count(*shape, each);
  if (!expected || *expected != bytes.size()) {
    throw Error("{}: found {} bytes of values, expected {}; the file is {}", where, bytes.size(),
                expected ? fmt::format("{}", *expected) : "more than memory holds",
                expected && *expected < bytes.size() ? "longer than its header says" : "truncated");
  }
  const bool turned = order.starts_with("True") && shape->size() > 1;
  NpyArray array{.shape = std::move(*shape), .type = std::move(*type), .bytes = {}};
  array.bytes = turned ? in_c_order(bytes, array.shape, each) : std::string(bytes);
  if (array.type[0] == '>') swap_words(array.bytes, word);
  array.type[0] = word == 1 ? '|' : '<';
  return array;
}

std::vector<float> floats(const NpyArray& array, std::string_view where) {
  if (is_text(array.type)) {
    throw Error("{}: found texts (type '{}'), expected numbers", where, array.type);
  }
  std::vector<float> values;
  for_each_number(array, [&](auto value) { values.push_back(static_cast<float>(value)); });
  return values;
}

std::vector<std::string> texts(const NpyArray& array, std::string_view where) {
  std::vector<std::string> result;
  for_each_number(array, [&](auto value) { result.push_back(text_of(value, where)); });
  if (!is_text(array.type)) return result;
  const auto each = value_of_type(array.type).size;
  for (std::size_t at = 0; at < array.bytes.size(); at += each) {
    const auto value = std::string_view(array.bytes).substr(at, each);
    auto text = array.type[1] == 'U' ? utf8(value, where) : std::string(value);
    text.resize(text.find_last_not_of('\0') + 1);
    result.push_back(std::move(text));
  }
  return result;
}

}  // namespace anole
