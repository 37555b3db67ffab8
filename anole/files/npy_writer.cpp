#include "anole/files/npy_writer.h"

#include <fmt/format.h>

#include <bit>
#include <functional>
#include <numeric>
#include <string_view>

#include "anole/core/error.h"

namespace anole {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they lie");

constexpr std::size_t kAlignment = 64;  // of the first value, as numpy.lib.format asks for

// "(3, 28)", and "(3,)" for one dimension.
std::string tuple(std::span<const std::size_t> shape) {
  std::string text = "(";
  for (const auto size : shape) text += fmt::format("{}, ", size);
  if (shape.size() > 1) text.erase(text.size() - 2);
  if (shape.size() == 1) text.pop_back();
  return text + ")";
}

std::string file(std::string_view type, std::span<const std::size_t> shape,
                 std::string_view values) {
  using namespace std::string_literals;
  auto header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, tuple(shape));
  const std::size_t before = 10 + header.size() + 1;
  header.append((kAlignment - before % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string bytes = "\x93NUMPY\x01\x00"s;
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes.append(header).append(values);
}

template <class T>
std::string file_of(std::string_view type, std::span<const T> values,
                    std::span<const std::size_t> shape) {
  const auto count =
      std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
  ANOLE_CHECK(count == values.size());
  return file(type, shape, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

}  // namespace

std::string npy_bytes(std::span<const float> values, std::span<const std::size_t> shape) {
  return file_of("<f4", values, shape);
}

std::string npy_bytes(std::span<const std::int32_t> values, std::span<const std::size_t> shape) {
  return file_of("<i4", values, shape);
}

}  // namespace anole
