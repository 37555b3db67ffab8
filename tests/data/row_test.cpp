#include "anole/data/row.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/error_of.h"

namespace anole {
namespace {

const Preprocessing kGrey{.shape = {1, 2, 2}, .scale = 1.0 / 255};
const Preprocessing kNumbers{.shape = {.channels = 3}, .resize = Resize::kNone};

TEST(RowOf, APictureIsResizedScaledAndMadeGrey) {
  // 4 x 4, RGB: columns red, red, white, white. Grey of red is 0.299 * 255 = 76.
  Image image{{3, 4, 4}, {}};
  for (int channel = 0; channel < 3; ++channel) {
    for (int i = 0; i < 16; ++i) {
      image.pixels.push_back(i % 4 >= 2 || channel == 0 ? 255 : 0);
    }
  }
  const auto png = encode_png(image);
  const auto row = row_of({.picture = png}, kGrey);
  EXPECT_EQ(row, (std::vector<float>{static_cast<float>(76 / 255.0), 1,
                                     static_cast<float>(76 / 255.0), 1}));
}

TEST(RowOf, TakesTheNearestForPicturesOfTheSourceAlone) {
  Preprocessing how{.shape = {1, 1, 1}, .resize = Resize::kNearest, .source = 3};
  const auto of_source = encode_png({{1, 3, 3}, {0, 0, 0, 0, 9, 0, 0, 0, 0}});
  const auto longer = encode_png({{1, 1, 3}, {0, 9, 0}});
  EXPECT_EQ(row_of({.picture = of_source}, how), std::vector<float>{9});
  EXPECT_EQ(row_of({.picture = longer}, how), std::vector<float>{3});
  how.source = 0;
  EXPECT_EQ(row_of({.picture = longer}, how), std::vector<float>{9});
  how.resize = Resize::kArea;
  EXPECT_EQ(row_of({.picture = of_source}, how), std::vector<float>{1});
}

TEST(RowOf, InvertsWhereThePreprocessingDoes) {
  const auto png = encode_png({{1, 1, 2}, {0, 55}});
  EXPECT_EQ(row_of({.picture = png}, {.shape = {1, 1, 2}, .invert = true}),
            (std::vector<float>{255, 200}));
}

TEST(RowOf, FitsAPictureThatIsNotSquare) {
  const auto png = encode_png({{1, 2, 4}, {250, 250, 250, 250, 250, 10, 20, 250}});
  const auto row = [&](PictureFit fit) {
    return row_of({.picture = png}, {.shape = {1, 2, 2}, .fit = fit});
  };
  EXPECT_EQ(row(PictureFit::kStretch), (std::vector<float>{250, 250, 130, 135}));
  EXPECT_EQ(row(PictureFit::kCrop), (std::vector<float>{250, 250, 10, 20}));
  EXPECT_EQ(row(PictureFit::kPad), (std::vector<float>{190, 193, 250, 250}));  // of 2 lines: 1
}

TEST(RowOf, NumbersAreARowAsTheyAre) {
  const std::vector<float> numbers{1, -2, 3};
  EXPECT_EQ(row_of({.numbers = numbers}, kNumbers), numbers);
}

TEST(RowOf, SaysWhatDoesNotFit) {
  const std::vector<float> four{1, 2, 3, 4};
  const std::vector<float> bad{1, std::numeric_limits<float>::quiet_NaN(), 3};
  const auto png = encode_png({{1, 1, 1}, {0}});
  EXPECT_EQ(error_of([&] { row_of({.numbers = four}, kNumbers); }),
            "a row has 4 numbers, expected 3 for 3x1x1");
  EXPECT_EQ(error_of([&] { row_of({.numbers = bad}, kNumbers); }),
            "a row holds nan at place 1, expected finite numbers");
  EXPECT_EQ(error_of([&] { row_of({.picture = png}, kNumbers); }),
            "got a picture, but the network takes rows of 3 numbers");
  EXPECT_EQ(error_of([&] {
              row_of({.picture = png}, {.shape = {14, 2, 2}});
            }),
            "got a picture, but the network takes rows of 56 numbers");
  EXPECT_EQ(error_of([&] { row_of({.picture = std::span(png).first(20)}, kGrey); }).substr(0, 8),
            "picture:");
}

TEST(RowOfImage, IsThatOfTheSamePictureAsAFile) {
  const Image image{{1, 1, 2}, {0, 200}};
  const Preprocessing how{.shape = {1, 1, 2}, .scale = 0.5, .invert = true};
  EXPECT_EQ(row_of_image(image, how), (std::vector<float>{127.5f, 27.5f}));
  EXPECT_EQ(row_of_image(image, how), row_of({.picture = encode_png(image)}, how));
  EXPECT_EQ(error_of([&] { row_of_image(image, {.shape = {2}, .resize = Resize::kNone}); }),
            "got a picture, but the network takes rows of 2 numbers");
}

}  // namespace
}  // namespace anole
