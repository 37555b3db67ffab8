#include "anole/files/pictures/resample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace anole {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

Image by_area(const Image& image, int height, int width) {
  Image out{{image.shape.channels, height, width}, {}};
  out.pixels.resize(out.shape.size());
  resize_area(image, out.shape, out.pixels);
  return out;
}

TEST(NearestSource, IsThePixelUnderTheCentre) {
  // floor((i + 0.5) * 105 / 28) = floor(3.75 i + 1.875)
  const int expected[28] = {1,  5,  9,  13, 16, 20, 24, 28, 31, 35, 39, 43, 46, 50,
                            54, 58, 61, 65, 69, 73, 76, 80, 84, 88, 91, 95, 99, 103};
  for (int i = 0; i < 28; ++i) EXPECT_EQ(nearest_source(i, 105, 28), expected[i]) << i;
  EXPECT_EQ(nearest_source(0, 105, 20), 2);  // 2.625
  EXPECT_EQ(nearest_source(1, 6, 2), 4);     // exactly 4.5
  EXPECT_EQ(nearest_source(1, 4, 4), 1);
  EXPECT_EQ(nearest_source(3, 2, 4), 1);  // growing: 1.75
}

TEST(ResizeNearest, PicksRowsAndColumns) {
  const Image image{{1, 2, 4}, {0, 1, 2, 3, 10, 11, 12, 13}};
  const auto small = resize_nearest(image, 1, 2);
  EXPECT_EQ(small.shape, (Shape{1, 1, 2}));
  EXPECT_THAT(small.pixels, ElementsAre(11, 13));
}

TEST(ResizeArea, IsTheMeanOfThePixelsUnderEach) {
  const Image image{{1, 2, 4}, {0, 10, 20, 31, 40, 50, 60, 70}};
  EXPECT_THAT(by_area(image, 1, 2).pixels, ElementsAre(25, 45));  // 45.25
  EXPECT_THAT(by_area(image, 1, 1).pixels, ElementsAre(35));      // 281 / 8
}

TEST(ResizeArea, CountsAPixelAsFarAsItLiesUnder) {
  const Image line{{1, 1, 3}, {0, 90, 255}};
  EXPECT_THAT(by_area(line, 1, 2).pixels,
              ElementsAre(30, 200));  // (0 + 45) / 1.5, (45 + 255) / 1.5
  const Image halves{{1, 1, 2}, {0, 255}};
  EXPECT_THAT(by_area(halves, 1, 1).pixels, ElementsAre(128));  // 127.5, half up
}

TEST(ResizeArea, TakesTheNearestWhereAnAxisGrows) {
  const Image image{{1, 3, 2}, {0, 200, 30, 200, 60, 200}};
  EXPECT_THAT(by_area(image, 1, 4).pixels, ElementsAre(30, 30, 200, 200));
  EXPECT_EQ(by_area(image, 7, 5).pixels, resize_nearest(image, 7, 5).pixels);
  EXPECT_EQ(by_area(image, 3, 2).pixels, image.pixels);
}

TEST(ResizeArea, KeepsEachPlane) {
  const Image image{{3, 1, 2}, {0, 10, 100, 110, 200, 210}};
  EXPECT_THAT(by_area(image, 1, 1).pixels, ElementsAre(5, 105, 205));
}

// A pen of 8 pixels on a sheet of 1000: 8 x 560 of 10^6 pixels are ink, 0.448 %.
TEST(ResizeArea, KeepsTheMeanGreyOfThinStrokes) {
  Image sheet{{1, 1000, 1000}, std::vector<std::uint8_t>(1'000'000, 255)};
  for (std::size_t y = 203; y < 763; ++y) {
    for (std::size_t x = 497; x < 505; ++x) sheet.pixels[y * 1000 + x] = 0;
  }
  const auto small = by_area(sheet, 28, 28).pixels;
  const auto light = std::accumulate(small.begin(), small.end(), 0.0);
  EXPECT_NEAR(1 - light / (255 * 784), 0.00448, 0.5 / 255);  // rounding: half a grey a pixel
  EXPECT_GT(std::ranges::count_if(small, [](int v) { return v < 255; }), 16);
}

TEST(ResizeArea, TakesLongPictures) {
  const Image line{{1, 1, 200'000}, std::vector<std::uint8_t>(200'000, 9)};
  EXPECT_THAT(by_area(line, 28, 28).pixels, Each(9));
}

TEST(Cropped, IsTheMiddle) {
  const Image image{{1, 1, 5}, {1, 2, 3, 4, 5}};
  const auto square = cropped(image, {1, 28, 28});
  EXPECT_EQ(square.shape, (Shape{1, 1, 1}));
  EXPECT_THAT(square.pixels, ElementsAre(3));
  const Image tall{{3, 4, 2},
                   {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8}};
  EXPECT_THAT(cropped(tall, {3, 9, 9}).pixels, ElementsAre(3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6));
}

TEST(Fitted, KeepsTheProportion) {
  EXPECT_EQ(fitted({{1, 50, 100}, {}}, {1, 28, 28}), (Shape{1, 14, 28}));
  EXPECT_EQ(fitted({{1, 300, 100}, {}}, {1, 28, 28}), (Shape{1, 28, 9}));
  EXPECT_EQ(fitted({{1, 1, 100000}, {}}, {1, 28, 28}), (Shape{1, 1, 28}));
}

TEST(LayOn, PutsThePictureInTheMiddle) {
  std::vector<std::uint8_t> out(6);
  lay_on(std::vector<std::uint8_t>{9}, {{1, 1, 2}, {1, 2}}, {1, 3, 2}, out);
  EXPECT_THAT(out, ElementsAre(9, 9, 1, 2, 9, 9));
}

TEST(BorderColor, IsTheMedianOfEachChannel) {
  const Image grey{{1, 3, 3}, {250, 250, 0, 250, 0, 250, 250, 0, 250}};
  EXPECT_THAT(border_color(grey), ElementsAre(250));
  const Image dot{{3, 1, 1}, {1, 2, 3}};
  EXPECT_THAT(border_color(dot), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace anole
