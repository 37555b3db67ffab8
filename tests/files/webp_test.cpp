#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/encode.h>

#include <string>

#include "anole/files/image.h"
#include "tests/files/jpegs.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes lossless(int width, int height, const Bytes& rgba) {
  std::uint8_t* data = nullptr;
  const auto size = WebPEncodeLosslessRGBA(rgba.data(), width, height, 4 * width, &data);
  Bytes bytes(data, data + size);
  WebPFree(data);
  return bytes;
}

// A chunk of a RIFF file, padded to an even length.
Bytes chunk(const std::string& name, const Bytes& body) {
  Bytes bytes(name.begin(), name.end());
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(body.size() >> shift));
  }
  bytes.insert(bytes.end(), body.begin(), body.end());
  if (body.size() % 2 != 0) bytes.push_back(0);
  return bytes;
}

// The pixels of `still` with `before` and `after` around them, on a canvas of that size.
Bytes extended(const Bytes& still, std::uint8_t flags, std::uint32_t width, std::uint32_t height,
               const Bytes& after) {
  Bytes header{flags, 0, 0, 0};
  for (const auto side : {width - 1, height - 1}) {
    for (int shift = 0; shift < 24; shift += 8) {
      header.push_back(static_cast<std::uint8_t>(side >> shift));
    }
  }
  Bytes body{'W', 'E', 'B', 'P'};
  const auto first = chunk("VP8X", header);
  body.insert(body.end(), first.begin(), first.end());
  body.insert(body.end(), still.begin() + 12, still.end());
  body.insert(body.end(), after.begin(), after.end());
  return chunk("RIFF", body);
}

TEST(DecodeWebp, ReadsColoursAndGrey) {
  const auto image = decode_image(lossless(2, 1, {1, 2, 3, 255, 4, 5, 6, 255}), "x");
  EXPECT_EQ(image.shape, (Shape{3, 1, 2}));
  EXPECT_THAT(image.pixels, ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_EQ(decode_image(lossless(1, 1, {9, 9, 9, 255}), "x").shape, (Shape{1, 1, 1}));
}

TEST(DecodeWebp, ReadsLossyOnes) {
  std::uint8_t* data = nullptr;
  const Bytes rgb(16 * 16 * 3, 100);
  const auto size = WebPEncodeRGB(rgb.data(), 16, 16, 48, 90, &data);
  const auto image = decode_image({data, size}, "x");
  WebPFree(data);
  EXPECT_EQ(image.shape.height, 16);
  EXPECT_NEAR(image.pixels[0], 100, 2);
}

TEST(DecodeWebp, LaysTransparentPixelsOnAGround) {
  EXPECT_THAT(decode_image(lossless(2, 1, {255, 255, 255, 255, 0, 0, 0, 0}), "x").pixels,
              ElementsAre(255, 0));
  EXPECT_THAT(decode_image(lossless(2, 1, {10, 10, 10, 255, 0, 0, 0, 0}), "x").pixels,
              ElementsAre(10, 255));
}

TEST(DecodeWebp, TurnsItAsItsExifSays) {
  const auto still = lossless(2, 1, {1, 1, 1, 255, 4, 4, 4, 255});
  const auto bytes = extended(still, 8, 2, 1, chunk("EXIF", exif_of(6, false)));
  const auto image = decode_image(bytes, "x");
  EXPECT_EQ(image.shape, (Shape{1, 2, 1}));
  EXPECT_THAT(image.pixels, ElementsAre(1, 4));
}

TEST(DecodeWebp, RefusesEveryTruncation) {
  Bytes noise(16 * 16 * 4);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(i * i % 251);
  const auto whole = lossless(16, 16, noise);
  for (std::size_t size = 12; size < whole.size(); size += 7) {
    EXPECT_THAT(error_of([&] { decode_image(std::span(whole).first(size), "b/1.webp"); }),
                HasSubstr("b/1.webp: damaged or truncated WebP ("))
        << size;
  }
}

TEST(DecodeWebp, RefusesMorePixelsThanItTakesMemoryFor) {
  Bytes frame(16, 0);  // at 0, 0; of 1 x 1 pixels
  const auto still = lossless(1, 1, {1, 1, 1, 255});
  frame.insert(frame.end(), still.begin() + 12, still.end());
  auto after = chunk("ANIM", Bytes(6, 0));
  const auto anmf = chunk("ANMF", frame);
  after.insert(after.end(), anmf.begin(), anmf.end());
  const Bytes nothing(12, 0);  // its frames are the picture
  EXPECT_THAT(error_of([&] { decode_image(extended(nothing, 2, 9000, 9000, after), "b/1.webp"); }),
              HasSubstr("b/1.webp: a picture of 9000 x 9000 pixels, expected at most 67,108,864"));
  const auto first = decode_image(extended(nothing, 2, 2, 1, after), "x");
  EXPECT_THAT(first.pixels, ElementsAre(1, 255));  // one frame, the rest of the canvas is empty
}

}  // namespace
}  // namespace anole
