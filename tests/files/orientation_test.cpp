#include "anole/files/pictures/orientation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/files/jpegs.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAreArray;

TEST(ExifOrientation, IsReadInBothByteOrders) {
  for (std::uint8_t value = 1; value <= 8; ++value) {
    EXPECT_EQ(exif_orientation(exif_of(value, false)), value);
    EXPECT_EQ(exif_orientation(exif_of(value, true)), value);
  }
  Bytes prefixed{'E', 'x', 'i', 'f', 0, 0};
  const auto tiff = exif_of(6, true);
  prefixed.insert(prefixed.end(), tiff.begin(), tiff.end());
  EXPECT_EQ(exif_orientation(prefixed), 6);
}

TEST(ExifOrientation, OfDamagedOrOtherDescriptionsIsUpright) {
  const auto whole = exif_of(6, true);
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(exif_orientation(std::span(whole).first(size)), 1) << size;
  }
  EXPECT_EQ(exif_orientation(exif_of(0, false)), 1);
  EXPECT_EQ(exif_orientation(exif_of(9, false)), 1);
  auto far = whole;
  far[4] = 0xff;  // the directory lies beyond the end
  EXPECT_EQ(exif_orientation(far), 1);
  auto other = whole;
  other[11] = 0x13;  // another tag
  EXPECT_EQ(exif_orientation(other), 1);
}

// 1 2 3
// 4 5 6
TEST(TurnedUpright, PutsRowAndColumnWhereTheyBelong) {
  struct Case {
    int orientation, height;
    Bytes pixels;
  };
  const Case cases[] = {
      {1, 2, {1, 2, 3, 4, 5, 6}}, {2, 2, {3, 2, 1, 6, 5, 4}}, {3, 2, {6, 5, 4, 3, 2, 1}},
      {4, 2, {4, 5, 6, 1, 2, 3}}, {5, 3, {1, 4, 2, 5, 3, 6}}, {6, 3, {4, 1, 5, 2, 6, 3}},
      {7, 3, {6, 3, 5, 2, 4, 1}}, {8, 3, {3, 6, 2, 5, 1, 4}},
  };
  for (const auto& one : cases) {
    const auto image = turned_upright({{1, 2, 3}, {1, 2, 3, 4, 5, 6}}, one.orientation);
    EXPECT_EQ(image.shape, (Shape{1, one.height, 6 / one.height})) << one.orientation;
    EXPECT_THAT(image.pixels, ElementsAreArray(one.pixels)) << one.orientation;
  }
}

TEST(TurnedUpright, TurnsEveryPlane) {
  const auto image = turned_upright({{3, 1, 2}, {1, 2, 3, 4, 5, 6}}, 6);
  EXPECT_EQ(image.shape, (Shape{3, 2, 1}));
  EXPECT_THAT(image.pixels, ElementsAreArray({1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(turned_upright({{3, 1, 2}, {1, 2, 3, 4, 5, 6}}, 2).pixels,
              ElementsAreArray({2, 1, 4, 3, 6, 5}));
}

TEST(DecodeImage, TurnsAJpegAsItsCameraWasHeld) {
  Bytes samples(8 * 16, 0);
  samples[15] = 255;  // right end of the first line
  const auto bytes = jpeg(16, 8, samples,
                          {.space = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE, .exif = exif_of(6, 1)});
  const auto image = decode_image(bytes, "x");
  EXPECT_EQ(image.shape, (Shape{1, 16, 8}));
  EXPECT_GT(image.pixels[15 * 8 + 7], 250);  // turned by a quarter: bottom of the last column
}

}  // namespace
}  // namespace anole
