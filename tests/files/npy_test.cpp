#include "anole/files/npy.h"

#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using testing::error_of;

// What numpy.save writes: the header padded with spaces to a multiple of 64 bytes.
std::string npy(std::string header, const std::string& values, char version = 1) {
  const std::size_t before = version == 1 ? 10 : 12;
  while ((before + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  for (std::size_t i = 0; i < before - 8; ++i) {
    bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
  }
  return bytes + header + values;
}

template <class T>
std::string raw(std::vector<T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string header(const std::string& type, const std::string& shape,
                   const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

TEST(Npy, ReadsFloatsOfEveryVersion) {
  for (const char version : {'\1', '\2', '\3'}) {
    const auto array =
        parse_npy(npy(header("<f4", "(2, 3)"), raw<float>({1, 2, 3, 4, 5, 6.5f}), version), "a");
    EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(floats(array), (std::vector<float>{1, 2, 3, 4, 5, 6.5f}));
  }
}

TEST(Npy, ReadsEveryType) {
  const auto value = [](const std::string& type, const std::string& bytes) {
    return floats(parse_npy(npy(header(type, "(1,)"), bytes), "a")).at(0);
  };
  EXPECT_EQ(value("<f8", raw<double>({0.25})), 0.25f);
  EXPECT_EQ(value("|i1", raw<std::int8_t>({-3})), -3);
  EXPECT_EQ(value("|u1", raw<std::uint8_t>({200})), 200);
  EXPECT_EQ(value("|b1", raw<std::uint8_t>({1})), 1);
  EXPECT_EQ(value("<i2", raw<std::int16_t>({-300})), -300);
  EXPECT_EQ(value("<u2", raw<std::uint16_t>({60000})), 60000);
  EXPECT_EQ(value("<i4", raw<std::int32_t>({-70000})), -70000);
  EXPECT_EQ(value("<u4", raw<std::uint32_t>({70000})), 70000);
  EXPECT_EQ(value("<i8", raw<std::int64_t>({-5})), -5);
  EXPECT_EQ(value("<u8", raw<std::uint64_t>({5})), 5);
}

TEST(Npy, ReadsIntegersWhole) {
  const auto array = parse_npy(npy(header("<i8", "(2,)"), raw<std::int64_t>({1, 1LL << 53})), "a");
  EXPECT_EQ(integers(array, "a"), (std::vector<std::int64_t>{1, 9007199254740992}));
}

TEST(Npy, ReadsAScalarAndAnEmptyArray) {
  EXPECT_TRUE(parse_npy(npy(header("<f4", "()"), raw<float>({1})), "a").shape.empty());
  EXPECT_TRUE(floats(parse_npy(npy(header("<f4", "(0, 4)"), ""), "a")).empty());
}

TEST(Npy, RefusesFloatsAsIntegers) {
  const auto array = parse_npy(npy(header("<f4", "(1,)"), raw<float>({1})), "a");
  EXPECT_EQ(error_of([&] { integers(array, "labels.npy"); }),
            "labels.npy: found values of type '<f4', expected integers");
}

TEST(Npy, RefusesWhatItCannotRead) {
  const auto four = raw<float>({1, 2, 3, 4});
  const std::pair<std::string, std::string> cases[] = {
      {"PK\3\4 a zip, not an array",
       "a.npy: not a .npy file: it does not begin with NumPy's magic bytes"},
      {"", "a.npy: not a .npy file: it does not begin with NumPy's magic bytes"},
      {npy(header("<f4", "(4,)"), four, 4), "a.npy: found .npy format version 4, expected 1 to 3"},
      {npy(header("<f4", "(4,)"), four).substr(0, 40),
       "a.npy: the file ends inside its .npy header"},
      {npy(header("<f4", "(2, 2)", "True"), four),
       "a.npy: the array is in Fortran order; save numpy.ascontiguousarray(array)"},
      {npy(header("<f2", "(2,)"), "1234"),
       "a.npy: found values of type '<f2', expected float32, float64, booleans or integers, "
       "little-endian; save array.astype('<f4')"},
      {npy(header(">f4", "(4,)"), four),
       "a.npy: found values of type '>f4', expected float32, float64, booleans or integers, "
       "little-endian; save array.astype('<f4')"},
      {npy(header("<f4", "(2, 3)"), four),
       "a.npy: found 16 bytes of values, expected 24; the file is truncated"},
      {npy(header("<f4", "(3,)"), four),
       "a.npy: found 16 bytes of values, expected 12; the file is longer than its header says"},
      {npy(header("<f4", "(4294967296, 4294967296)"), four),
       "a.npy: found 16 bytes of values, expected more than memory holds; the file is truncated"},
  };
  for (const auto& [bytes, message] : cases) {
    EXPECT_EQ(error_of([&] { parse_npy(bytes, "a.npy"); }), message);
  }
}

TEST(Npy, RefusesAHeaderItDoesNotUnderstand) {
  for (const auto* text : {"{}", "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}",
                           "{'descr': '<f4', 'fortran_order': False, 'shape': (x,)}",
                           "{'descr': '<f4', 'shape': (1,)}", "{'descr': '"}) {
    EXPECT_TRUE(error_of([&] {
                  parse_npy(npy(text, ""), "a.npy");
                }).starts_with("a.npy: expected descr, fortran_order and shape in the .npy header"))
        << text;
  }
}

}  // namespace
}  // namespace anole
