#include "anole/files/npy.h"

#include <gtest/gtest.h>

#include <cmath>

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
    EXPECT_EQ(floats(array, "a"), (std::vector<float>{1, 2, 3, 4, 5, 6.5f}));
  }
}

TEST(Npy, ReadsEveryType) {
  const auto value = [](const std::string& type, const std::string& bytes) {
    return floats(parse_npy(npy(header(type, "(1,)"), bytes), "a"), "a").at(0);
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

TEST(Npy, ReadsHalfPrecision) {
  const auto array =
      parse_npy(npy(header("<f2", "(7,)"),
                    raw<std::uint16_t>({0x3c00, 0xc500, 0x7bff, 0x0001, 0x8400, 0x0000, 0x7c00})),
                "a");
  EXPECT_EQ(floats(array, "a"),
            (std::vector<float>{1, -5, 65504, 0x1p-24f, -0x1p-14f, 0, INFINITY}));
}

TEST(Npy, ReadsBigEndian) {
  const auto shorts =
      parse_npy(npy(header(">i2", "(2,)"), std::string("\x01\x02\xff\xfe", 4)), "a");
  EXPECT_EQ(floats(shorts, "a"), (std::vector<float>{258, -2}));
  EXPECT_EQ(shorts.type, "<i2");
  const auto one = parse_npy(npy(header(">f4", "(1,)"), std::string("\x3f\x80\0\0", 4)), "a");
  EXPECT_EQ(floats(one, "a"), (std::vector<float>{1}));
}

TEST(Npy, PutsFortranOrderIntoCOrder) {
  const auto flat =
      parse_npy(npy(header("<f4", "(2, 3)", "True"), raw<float>({1, 4, 2, 5, 3, 6})), "a");
  EXPECT_EQ(flat.shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(floats(flat, "a"), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  const auto deep = parse_npy(
      npy(header("|u1", "(2, 2, 2)", "True"), raw<std::uint8_t>({0, 4, 2, 6, 1, 5, 3, 7})), "a");
  EXPECT_EQ(floats(deep, "a"), (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(Npy, ReadsTexts) {
  const auto unicode =
      parse_npy(npy(header("<U2", "(3,)"), raw<std::uint32_t>({'a', 0, 0xe9, 0x1f98e, 0, 0})), "a");
  EXPECT_EQ(texts(unicode, "a"), (std::vector<std::string>{"a", "\u00e9\U0001f98e", ""}));
  const auto swapped = parse_npy(npy(header(">U1", "(1,)"), std::string("\0\0\x20\xac", 4)), "a");
  EXPECT_EQ(texts(swapped, "a"), (std::vector<std::string>{"\u20ac"}));
  const auto bytes = parse_npy(npy(header("|S3", "(2,)"), std::string("ab\0cde", 6)), "a");
  EXPECT_EQ(texts(bytes, "a"), (std::vector<std::string>{"ab", "cde"}));
}

TEST(Npy, WritesNumbersAsTexts) {
  const auto written = [](const std::string& type, const std::string& bytes) {
    return texts(parse_npy(npy(header(type, "(1,)"), bytes), "a"), "a").at(0);
  };
  EXPECT_EQ(written("<i8", raw<std::int64_t>({(1LL << 53) + 1})), "9007199254740993");
  EXPECT_EQ(written("<u8", raw<std::uint64_t>({~0ULL})), "18446744073709551615");
  EXPECT_EQ(written("<f8", raw<double>({-3})), "-3");
  EXPECT_EQ(written("<f2", raw<std::uint16_t>({0x3c00})), "1");
  EXPECT_EQ(written("|b1", raw<std::uint8_t>({1})), "1");
}

TEST(Npy, ReadsAScalarAndAnEmptyArray) {
  EXPECT_TRUE(parse_npy(npy(header("<f4", "()"), raw<float>({1})), "a").shape.empty());
  EXPECT_TRUE(floats(parse_npy(npy(header("<f4", "(0, 4)"), ""), "a"), "a").empty());
}

TEST(Npy, RefusesLabelsThatAreNoTexts) {
  const auto half = parse_npy(npy(header("<f4", "(1,)"), raw<float>({0.5f})), "a");
  EXPECT_EQ(error_of([&] { texts(half, "y.npy"); }),
            "y.npy: found 0.5, expected whole numbers or texts as labels");
  const auto none = parse_npy(npy(header("<U1", "(1,)"), raw<std::uint32_t>({0xd800})), "a");
  EXPECT_EQ(error_of([&] { texts(none, "y.npy"); }),
            "y.npy: found the letter 0xd800 in a text, expected a Unicode code point");
}

TEST(Npy, RefusesTextsAsNumbers) {
  const auto array = parse_npy(npy(header("<U1", "(1,)"), raw<std::uint32_t>({'a'})), "a");
  EXPECT_EQ(error_of([&] { floats(array, "x.npy"); }),
            "x.npy: found texts (type '<U1'), expected numbers");
}

TEST(Npy, RefusesTypesWithTheLineThatHelps) {
  const auto message = [](const std::string& type) {
    return error_of([&] { parse_npy(npy(header(type, "(1,)"), "12345678"), "a.npy"); });
  };
  EXPECT_EQ(message("|O"),
            "a.npy: the array holds Python objects, which only Python can read back (pickle); save "
            "array.astype('float32') or, of labels, array.astype(str)");
  for (const auto* type :
       {"<c8", "<f16", "<M8[ns]", "<U0", "<U", "<U9x", "f4", "", "<", "<U99999999999"}) {
    EXPECT_EQ(message(type),
              "a.npy: found values of type '" + std::string(type) +
                  "', expected floats of 16 to 64 bits, booleans, integers or texts; save "
                  "array.astype('float32') or, of labels, array.astype(str)");
  }
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
