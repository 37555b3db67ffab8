#include "anole/files/npy_writer.h"

#include <gtest/gtest.h>

#include <vector>

#include "anole/files/npy.h"

namespace anole {
namespace {

TEST(NpyWriter, WritesWhatNumPyWould) {
  const std::vector<float> values{1, 2, 3};
  const std::size_t shape[] = {3};
  const auto bytes = npy_bytes(std::span<const float>(values), shape);
  EXPECT_EQ(bytes.size(), 128u + 12);
  EXPECT_EQ(bytes.substr(1, 7), std::string("NUMPY\x01\x00", 7));
  EXPECT_EQ(bytes.substr(10, 59), "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }  ");
  EXPECT_EQ(bytes[127], '\n');
}

TEST(NpyWriter, IsReadBack) {
  const std::vector<std::int32_t> values{1, -2, 3, 4, 5, 6};
  const std::size_t shape[] = {3, 1, 2};
  const auto array = parse_npy(npy_bytes(std::span<const std::int32_t>(values), shape), "x");
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{3, 1, 2}));
  EXPECT_EQ(floats(array, "x"), (std::vector<float>{1, -2, 3, 4, 5, 6}));
}

}  // namespace
}  // namespace anole
