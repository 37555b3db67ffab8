#include "anole/files/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "anole/files/archive.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One black pixel and a compressed text beside it.
Bytes png_with_text(std::string text) {
  spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
  spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header{};
  header.width = header.height = 1;
  header.bit_depth = 8;
  spng_set_ihdr(context, &header);
  spng_text comment{};
  std::strcpy(comment.keyword, "Comment");
  comment.type = SPNG_ZTXT;
  comment.text = text.data();
  comment.length = text.size();
  spng_set_text(context, &comment, 1);
  const std::uint8_t pixel = 0;
  int error = spng_encode_image(context, &pixel, 1, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  std::size_t size = 0;
  auto* data = static_cast<std::uint8_t*>(spng_get_png_buffer(context, &size, &error));
  Bytes bytes(data, data + size);
  std::free(data);
  spng_ctx_free(context);
  return bytes;
}

TEST(DecodeImage, ReadsGreyPngsOfEveryDepth) {
  struct Case {
    std::uint8_t depth;
    Bytes packed;
    Bytes expected;
  };
  const Case cases[] = {
      {1, {0b01000000}, {0, 255}}, {2, {0b01100000}, {85, 170}},      {4, {0x3f}, {51, 255}},
      {8, {7, 250}, {7, 250}},     {16, {200, 7, 13, 250}, {7, 250}},  // libspng takes 16 bits in
                                                                       // the machine's order
  };
  for (const auto& one : cases) {
    const auto image =
        decode_image(png(2, 1, SPNG_COLOR_TYPE_GRAYSCALE, one.depth, one.packed), "x");
    EXPECT_EQ(image.shape, (Shape{1, 1, 2})) << int{one.depth};
    EXPECT_EQ(image.pixels, one.expected) << int{one.depth};
  }
}

TEST(DecodeImage, SkipsThePaddingOfPackedLines) {
  const auto image =
      decode_image(png(9, 2, SPNG_COLOR_TYPE_GRAYSCALE, 1, {0xff, 0x7f, 0x01, 0xff}), "x");
  EXPECT_EQ(image.pixels,
            (Bytes{255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255}));
}

TEST(DecodeImage, KeepsTheColoursOfAPngInPlanes) {
  const auto image = decode_image(png(2, 1, SPNG_COLOR_TYPE_TRUECOLOR, 8, {1, 2, 3, 4, 5, 6}), "x");
  EXPECT_EQ(image.shape, (Shape{3, 1, 2}));
  EXPECT_THAT(image.pixels, ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(EncodePng, ComesBackAsItWas) {
  const Image grey{{1, 2, 3}, {0, 50, 100, 150, 200, 255}};
  const Image colour{{3, 1, 2}, {1, 2, 3, 4, 5, 6}};
  for (const auto& image : {grey, colour}) {
    const auto back = decode_image(encode_png(image), "x");
    EXPECT_EQ(back.shape, image.shape);
    EXPECT_EQ(back.pixels, image.pixels);
  }
}

TEST(DecodeImage, IsGreyIfEveryPixelIs) {
  const auto image = decode_image(png(2, 1, SPNG_COLOR_TYPE_TRUECOLOR, 8, {9, 9, 9, 4, 4, 4}), "x");
  EXPECT_EQ(image.shape, (Shape{1, 1, 2}));
  EXPECT_THAT(image.pixels, ElementsAre(9, 4));
}

TEST(DecodeImage, LaysDarkStrokesOnWhite) {
  const auto bytes = png(3, 1, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8, {0, 0, 0, 255, 0, 51});
  EXPECT_THAT(decode_image(bytes, "x").pixels, ElementsAre(255, 0, 204));
}

TEST(DecodeImage, LaysLightStrokesOnBlack) {
  const auto grey = png(3, 1, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8, {255, 0, 255, 255, 255, 51});
  EXPECT_THAT(decode_image(grey, "x").pixels, ElementsAre(0, 255, 51));
  const auto yellow = png(2, 1, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, 8, {255, 255, 0, 255, 9, 9, 9, 0});
  EXPECT_THAT(decode_image(yellow, "x").pixels, ElementsAre(255, 0, 255, 0, 0, 0));
  const auto deep =
      png(1, 2, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 16, {255, 255, 255, 255, 255, 255, 0, 0});
  EXPECT_THAT(decode_image(deep, "x").pixels, ElementsAre(255, 0));
}

TEST(DecodeImage, IsWhiteWhereAllIsTransparent) {
  const auto bytes = png(1, 1, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8, {7, 0});
  EXPECT_THAT(decode_image(bytes, "x").pixels, ElementsAre(255));
}

TEST(DecodeImage, NamesTheFileThatIsNoImage) {
  EXPECT_EQ(error_of([] {
              decode_image(Bytes{'<', 'h', 't', 'm', 'l', '>'}, "a.zip: b/1.png");
            }),
            "a.zip: b/1.png: not a PNG, JPEG or WebP image (it begins with '<html>')");
  EXPECT_EQ(error_of([] { decode_image(Bytes{}, "b/1.png"); }),
            "b/1.png: the file is empty, expected a PNG, JPEG or WebP image");
}

TEST(DecodeImage, RefusesEveryTruncationOfAPng) {
  const auto whole = png(20, 20, SPNG_COLOR_TYPE_GRAYSCALE, 8, Bytes(400, 77));
  for (std::size_t size = 8; size + 4 < whole.size();
       ++size) {  // 4: the CRC of the empty last chunk
    const auto message = error_of([&] { decode_image(std::span(whole).first(size), "b/1.png"); });
    EXPECT_THAT(message, HasSubstr("b/1.png: damaged or truncated PNG (")) << size;
  }
}

// A grey PNG of so many pixels that ends where they should begin. `crc` is that of its header.
Bytes png_without_pixels(std::uint32_t width, std::uint32_t height, std::uint32_t crc) {
  auto bytes = dot(0);
  const auto put = [&](std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
  };
  put(16, width);
  put(20, height);
  put(29, crc);
  bytes.resize(33);
  return bytes;
}

TEST(DecodeImage, RefusesMorePixelsThanItTakesMemoryFor) {
  const auto refusal = [](std::uint32_t width, std::uint32_t height, std::uint32_t crc) {
    return error_of([&] { decode_image(png_without_pixels(width, height, crc), "b/1.png"); });
  };
  EXPECT_EQ(
      refusal(32768, 32768, 0xe117fca3),
      "b/1.png: a picture of 32768 x 32768 pixels, expected at most 67,108,864 in all; make it "
      "smaller or leave it out");
  EXPECT_THAT(refusal(0x7fffffff, 0x7fffffff, 0x31a254ba), HasSubstr("2147483647 x 2147483647"));
  EXPECT_THAT(refusal(8193, 8192, 0xb803febb), HasSubstr("a picture of 8193 x 8192 pixels, exp"));
  EXPECT_THAT(refusal(8192, 8192, 0x57c19585), HasSubstr("truncated"));
}

TEST(DecodeImage, ReadsLongPictures) {
  const auto image =
      decode_image(png(40000, 1, SPNG_COLOR_TYPE_GRAYSCALE, 8, Bytes(40000, 9)), "x");
  EXPECT_EQ(image.shape, (Shape{1, 1, 40000}));
  EXPECT_EQ(image.pixels, Bytes(40000, 9));
}

TEST(DecodeImage, RefusesATextThatUnpacksToMoreThanAnyPicturesTexts) {
  const auto bytes = png_with_text(std::string(std::size_t{34} << 20, 'a'));  // 34 MB of one letter
  EXPECT_LT(bytes.size(), 200'000u);
  EXPECT_THAT(error_of([&] { decode_image(bytes, "b/1.png"); }),
              HasSubstr("b/1.png: damaged or truncated PNG ("));
  EXPECT_EQ(decode_image(png_with_text("a text"), "x").pixels, Bytes{0});
}

TEST(ToChannels, WeighsColoursAsBt601AndRepeatsGrey) {
  const Image rgb{{3, 1, 4}, {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255}};
  EXPECT_THAT(to_channels(rgb, 1).pixels, ElementsAre(76, 150, 29, 255));
  const Image grey{{1, 1, 2}, {3, 200}};
  EXPECT_THAT(to_channels(grey, 3).pixels, ElementsAre(3, 200, 3, 200, 3, 200));
}

}  // namespace
}  // namespace anole
