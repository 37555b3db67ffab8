#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "anole/files/image.h"
#include "tests/files/jpegs.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::HasSubstr;

// Noise, so that no part of the code is short.
Bytes noise(std::size_t size) {
  Bytes samples(size);
  for (std::size_t i = 0; i < size; ++i) samples[i] = static_cast<std::uint8_t>(i * i % 251);
  return samples;
}

Bytes noisy_jpeg(bool progressive = false) {
  return jpeg(64, 64, noise(64 * 64 * 3), {.progressive = progressive});
}

Bytes with(Bytes bytes, std::size_t at, const Bytes& more) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
  return bytes;
}

std::size_t place_of(const Bytes& bytes, std::uint8_t marker) {
  const std::uint8_t mark[] = {0xff, marker};
  return static_cast<std::size_t>(
      std::search(bytes.begin(), bytes.end(), std::begin(mark), std::end(mark)) - bytes.begin());
}

std::string refusal(const Bytes& bytes) {
  return error_of([&] { decode_image(bytes, "b/1.jpg"); });
}

TEST(DecodeJpeg, ReadsColours) {
  Bytes rgb(8 * 8 * 3, 0);
  for (std::size_t i = 0; i < rgb.size(); i += 3) rgb[i] = 200;
  const auto image = decode_image(jpeg(8, 8, rgb), "x");
  EXPECT_EQ(image.shape, (Shape{3, 8, 8}));
  EXPECT_NEAR(image.pixels[0], 200, 2);  // quality 100: rounding of YCbCr and of the transform
  EXPECT_NEAR(image.pixels[64], 0, 2);
}

TEST(DecodeJpeg, ReadsInksWhichAdobeStoresAsThePaperTheyLeave) {
  Bytes inks;
  for (int i = 0; i < 64; ++i) inks.insert(inks.end(), {255, 128, 0, 200});
  for (const auto stored : {JCS_CMYK, JCS_YCCK}) {
    const auto image = decode_image(jpeg(8, 8, inks, {.space = JCS_CMYK, .stored = stored}), "x");
    ASSERT_EQ(image.shape, (Shape{3, 8, 8}));
    EXPECT_NEAR(image.pixels[0], 200, 3);   // 255 * 200 / 255
    EXPECT_NEAR(image.pixels[64], 100, 3);  // 128 * 200 / 255
    EXPECT_NEAR(image.pixels[128], 0, 3);
  }
}

TEST(DecodeJpeg, ReadsInksWithoutAdobesMarkAsTheyAre) {
  Bytes inks;
  for (int i = 0; i < 64; ++i) inks.insert(inks.end(), {0, 127, 255, 55});
  auto bytes = jpeg(8, 8, inks, {.space = JCS_CMYK, .stored = JCS_CMYK});
  bytes[place_of(bytes, 0xee) + 1] = 0xed;  // a marker that says nothing
  const auto image = decode_image(bytes, "x");
  EXPECT_NEAR(image.pixels[0], 200, 3);
  EXPECT_NEAR(image.pixels[64], 100, 3);
}

TEST(DecodeJpeg, SkipsBytesBetweenThePartsOfAWholePicture) {
  for (const bool progressive : {false, true}) {
    const auto clean = noisy_jpeg(progressive);
    const auto pixels = decode_image(clean, "x").pixels;
    const auto end = clean.size() - 2;
    EXPECT_EQ(decode_image(with(clean, place_of(clean, 0xdb), {7, 7}), "x").pixels, pixels);
    EXPECT_EQ(decode_image(with(clean, place_of(clean, 0xda), {7, 7}), "x").pixels, pixels);
    EXPECT_EQ(decode_image(with(clean, end, Bytes(258, 0)), "x").pixels, pixels);
    EXPECT_EQ(decode_image(with(clean, end, Bytes(258, 0xff)), "x").pixels, pixels);
    EXPECT_EQ(decode_image(with(clean, end + 2, Bytes(900, 'x')), "x").pixels, pixels);
    EXPECT_EQ(decode_image(Bytes(clean.begin(), clean.end() - 2), "x").pixels, pixels);
  }
}

TEST(DecodeJpeg, IgnoresDescriptionsThatItDoesNotKnow) {
  const auto clean = noisy_jpeg();
  auto version = clean;
  version[11] = 9;  // JFIF 9.01
  EXPECT_EQ(decode_image(version, "x").pixels, decode_image(clean, "x").pixels);
  auto tiff = exif_of(6, true);
  tiff[0] = 'X';
  const auto described = jpeg(64, 64, noise(64 * 64 * 3), {.exif = tiff});
  EXPECT_EQ(decode_image(described, "x").pixels, decode_image(clean, "x").pixels);
}

TEST(DecodeJpeg, RefusesAPictureThatIsNotAllThere) {
  for (const bool progressive : {false, true}) {
    const auto clean = noisy_jpeg(progressive);
    for (const std::size_t size : {clean.size() - 3, clean.size() * 9 / 10, clean.size() / 2}) {
      auto cut = Bytes(clean.begin(), clean.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_THAT(refusal(cut), HasSubstr("b/1.jpg: damaged or truncated JPEG (")) << size;
      cut.insert(cut.end(), {0xff, 0xd9});  // an end mark makes it no better
      EXPECT_THAT(refusal(cut), HasSubstr("b/1.jpg: damaged or truncated JPEG (")) << size;
    }
  }
}

TEST(DecodeJpeg, RefusesAProgressivePictureWithoutItsLastScan) {
  auto bytes = noisy_jpeg(true);
  std::size_t last = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    if (bytes[i] == 0xff && bytes[i + 1] == 0xda) last = i;
  }
  bytes.resize(last);
  EXPECT_THAT(refusal(bytes), HasSubstr("truncated JPEG (Premature end of JPEG file)"));
}

TEST(DecodeJpeg, SaysWhichKindItDoesNotRead) {
  auto bytes = noisy_jpeg();
  bytes[place_of(bytes, 0xc0) + 4] = 12;
  EXPECT_EQ(
      refusal(bytes),
      "b/1.jpg: a kind of JPEG that is not read (Unsupported JPEG data precision 12); save it "
      "as PNG or as an 8-bit JPEG");
}

TEST(DecodeJpeg, RefusesMorePixelsThanItTakesMemoryFor) {
  for (const auto space : {JCS_RGB, JCS_CMYK}) {
    const auto stored = space == JCS_RGB ? JCS_YCbCr : JCS_CMYK;
    auto bytes = jpeg(8, 8, Bytes(8 * 8 * 4, 0), {.space = space, .stored = stored});
    const auto frame = place_of(bytes, 0xc0);  // length, 8 bits, height, width
    for (const std::size_t i : {5, 6, 7, 8}) bytes[frame + i] = 0x40;
    EXPECT_THAT(
        refusal(bytes),
        HasSubstr("b/1.jpg: a picture of 16448 x 16448 pixels, expected at most 67,108,864"));
  }
}

}  // namespace
}  // namespace anole
