#include "anole/data/glyphs/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <string>

#include "anole/core/error.h"
#include "anole/data/glyphs/pen.h"
#include "anole/data/glyphs/program.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

constexpr GlyphOptions kSmall = {.alphabets = 3, .characters = 6, .items = 5};

const ClassDataset& usual_glyphs() {
  static const auto dataset = make_glyphs({});
  return dataset;
}

std::vector<float> drawing(const ClassDataset& set, std::int32_t character, std::int32_t item) {
  std::vector<float> out(set.shape().size());
  set.copy_row({character}, item, out);
  return out;
}

float distance(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

TEST(Glyphs, AreSixtyAlphabetsOf25CharactersDrawn20Times) {
  const auto& set = usual_glyphs();
  EXPECT_EQ(set.shape(), (Shape{1, 28, 28}));
  EXPECT_EQ(set.items(), 30000);
  ASSERT_EQ(set.classes().size(), 1500u);
  EXPECT_EQ(set.classes()[0].name, "alphabet01/character01");
  EXPECT_EQ(set.classes()[1499].name, "alphabet60/character25");
  EXPECT_EQ(set.classes()[1499].group, "alphabet60");
  EXPECT_EQ(set.classes()[1499].items, 20);
}

TEST(Glyphs, AreTheSameBytesEverywhere) {
  EXPECT_EQ(make_glyphs(kSmall).content_hash(), "c854253139a0798f");
  EXPECT_EQ(usual_glyphs().content_hash(), "e94256ac0993b012");
}

TEST(Glyphs, DoNotDependOnThreads) {
  auto options = kSmall;
  options.threads = 1;
  const auto one = make_glyphs(options).content_hash();
  options.threads = 4;
  EXPECT_EQ(make_glyphs(options).content_hash(), one);
}

TEST(Glyphs, AnotherSeedIsAnotherWorld) {
  auto options = kSmall;
  options.seed = 1;
  const auto here = make_glyphs(kSmall), there = make_glyphs(options);
  EXPECT_NE(drawing(here, 0, 0), drawing(there, 0, 0));
}

TEST(Glyphs, FewerAreAPrefixOfMore) {
  const auto set = make_glyphs(kSmall);
  EXPECT_EQ(drawing(set, 0, 4), drawing(usual_glyphs(), 0, 4));
  EXPECT_EQ(drawing(set, 11, 2), drawing(usual_glyphs(), 30, 2));  // alphabet02/character06
}

TEST(Glyphs, InkIsZeroAndPaperOneAsInOmniglot) {
  double ink = 0;
  for (std::int32_t c = 0; c < 1500; c += 10) {
    const auto image = drawing(usual_glyphs(), c, c % 20);
    EXPECT_EQ(*std::max_element(image.begin(), image.end()), 1.0f);
    EXPECT_LT(*std::min_element(image.begin(), image.end()), 0.5f);  // some pens are pale
    for (const float value : image) ink += 1 - value;
  }
  EXPECT_NEAR(ink / (150 * 784), 0.07, 0.02);  // Omniglot: 0.078
}

TEST(Glyphs, EveryDrawingDiffersFromTheOthers) {
  std::set<std::vector<float>> seen;
  for (std::int32_t c = 0; c < 300; ++c) {
    for (std::int32_t i = 0; i < 20; ++i) seen.insert(drawing(usual_glyphs(), c, i));
  }
  EXPECT_EQ(seen.size(), 6000u);
}

// A drawing's nearest neighbour among one drawing of each of the 25 characters of its alphabet: far
// above the 4 % of chance, and far below 100 %, or there would be nothing to learn.
TEST(Glyphs, PixelsAloneTellSomeCharactersApart) {
  int right = 0;
  for (std::int32_t alphabet = 0; alphabet < 60; ++alphabet) {
    for (std::int32_t c = 0; c < 25; c += 5) {
      const auto query = drawing(usual_glyphs(), 25 * alphabet + c, 1);
      std::int32_t best = 0;
      float least = 1e9f;
      for (std::int32_t other = 0; other < 25; ++other) {
        const float d = distance(query, drawing(usual_glyphs(), 25 * alphabet + other, 0));
        if (d < least) best = other;
        least = std::min(least, d);
      }
      right += best == c;
    }
  }
  EXPECT_GT(right / 300.0, 0.12);
  EXPECT_LT(right / 300.0, 0.50);
}

TEST(Glyphs, ComeInAnySize) {
  auto options = kSmall;
  options.image_size = 20;
  EXPECT_EQ(make_glyphs(options).shape(), (Shape{1, 20, 20}));
}

TEST(LoadGlyphs, TrainsOn48AlphabetsAndTestsOnTwelveOthers) {
  const auto data = load_glyphs({});
  EXPECT_EQ(data.name, "glyphs");
  EXPECT_EQ(data.split_name, "alphabets");
  ASSERT_EQ(data.split.train.size(), 4800u);  // 1,200 characters in four rotations
  ASSERT_EQ(data.split.test.size(), 300u);
  EXPECT_EQ(data.split.train[4799], (ClassRef{1199, 3}));
  EXPECT_EQ(data.split.test[0], (ClassRef{1200, 0}));
  EXPECT_TRUE(data.split.validation.empty());
  EXPECT_EQ(data.preprocessing.shape, (Shape{1, 28, 28}));
}

TEST(LoadGlyphs, HonoursCutsRotationsAndSeed) {
  DataOptions options;
  options.split_seed = 7;
  options.rotations = false;
  options.train_classes = 100;
  options.validation_classes = 10;
  options.test_classes = 20;
  const auto data = load_glyphs(options);
  EXPECT_EQ(data.split.train.size(), 90u);
  EXPECT_EQ(data.split.validation.front(), (ClassRef{90, 0}));
  EXPECT_EQ(data.split.test.size(), 20u);
  EXPECT_EQ(data.dataset.content_hash(), make_glyphs({.seed = 7}).content_hash());
}

TEST(LoadGlyphs, SplitsBySeedIfAsked) {
  DataOptions options;
  options.split = "seeded";
  options.test_fraction = 0.1;
  const auto data = load_glyphs(options);
  EXPECT_EQ(data.split.test.size(), 150u);
  EXPECT_EQ(data.split.train.size(), 5400u);
}

TEST(MakeGlyphs, RefusesNothingToDraw) {
  try {
    make_glyphs({.items = 0});
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "glyphs: found 60 alphabets of 25 characters drawn 0 times; each must be at least "
                 "1");
  }
}

TEST(MakeGlyphs, RefusesImagesTooSmallToRead) {
  try {
    make_glyphs({.image_size = 7});
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "glyphs: image_size is 7; below 8 pixels no character can be told from another");
  }
}

TEST(LoadGlyphs, RefusesASplitItDoesNotHave) {
  DataOptions options;
  options.split = "vinyals";
  try {
    load_glyphs(options);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "glyphs has no split 'vinyals'; use alphabets or seeded");
  }
}

TEST(GlyphProgram, FillsItsFrame) {
  for (std::uint32_t i = 0; i < 50; ++i) {
    Rng rng(0, Stream::kGlyphs, 0, i);
    const auto habits = make_habits(rng);
    const auto size = outline(run_program(make_program(habits, rng), {}, rng));
    EXPECT_NEAR(std::max(size.width, size.height), 1, 1e-9);
  }
}

TEST(GlyphProgram, WithoutSloppinessEveryRunIsTheSame) {
  Rng rng(0, Stream::kGlyphs);
  const auto program = make_program(make_habits(rng), rng);
  const auto a = run_program(program, {}, rng), b = run_program(program, {}, rng);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].back().x, b[i].back().x);
    EXPECT_EQ(a[i].back().y, b[i].back().y);
  }
}

TEST(Turned, TurnsCounterClockwiseOnPaper) {
  const auto right = turned({1, 0}, 1);  // 2 atan(1) = 90 degrees; y points down
  EXPECT_NEAR(right.x, 0, 1e-15);
  EXPECT_NEAR(right.y, -1, 1e-15);
}

TEST(Bell, HasMeanZeroAndVarianceOne) {
  Rng rng(0, Stream::kGlyphs);
  double sum = 0, squares = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = bell(rng);
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / 20000, 0, 0.03);
  EXPECT_NEAR(squares / 20000, 1, 0.04);
}

// A horizontal line of width 1 through the middle of a row of pixels covers that row alone; a row
// lower by half a pixel, it covers half of two rows.
TEST(Ink, CoversPixelsByHowFarThePenReaches) {
  std::vector<std::uint8_t> image(36);
  ink({{{-2, 2.5}, {8, 2.5}}}, {.width = 1}, image, 6);
  EXPECT_EQ(image[6 * 1], 255);
  EXPECT_EQ(image[6 * 2], 0);
  EXPECT_EQ(image[6 * 3], 255);
  ink({{{-2, 3}, {8, 3}}}, {.width = 1}, image, 6);
  EXPECT_EQ(image[6 * 2], 127);  // 255 - int(127.5 + 0.5)
  EXPECT_EQ(image[6 * 3], 127);
  EXPECT_EQ(image[6 * 4], 255);
}

// The same line and centres of rows at 0, 1 and 2 pixels from it: a hard pen of width 2 leaves no
// grey, one with an edge that fades over 2 pixels has half its black at the distance 1.
TEST(Ink, HasThePensEdgeAndBlack) {
  std::vector<std::uint8_t> image(36);
  ink({{{-2, 2.5}, {8, 2.5}}}, {.width = 2.2, .soft = 0}, image, 6);
  EXPECT_EQ(image[6 * 1], 0);
  EXPECT_EQ(image[6 * 2], 0);
  EXPECT_EQ(image[6 * 3], 0);
  EXPECT_EQ(image[6 * 4], 255);
  ink({{{-2, 2.5}, {8, 2.5}}}, {.width = 2, .soft = 2, .black = 0.6}, image, 6);
  EXPECT_EQ(image[6 * 2], 102);  // 255 * 0.4
  EXPECT_EQ(image[6 * 3], 178);  // 255 - int(255 * 0.3 + 0.5)
  EXPECT_EQ(image[6 * 4], 255);
}

// Hard pens and soft ones: what comes from a scan without greys and what was shrunk or photographed.
TEST(Glyphs, AreDrawnWithHardPensAndWithSoftOnes) {
  int hard = 0;
  for (std::int32_t c = 0; c < 300; ++c) {
    const auto image = drawing(usual_glyphs(), c, c % 20);
    hard += std::ranges::all_of(image, [](float value) { return value == 0 || value == 1; });
  }
  EXPECT_NEAR(hard / 300.0, 0.67, 0.1);
}

// Omniglot's have 18 pixels, one in ten below 14; so they are told apart by their size too.
TEST(Glyphs, SomeCharactersAreSmall) {
  Rng rng(0, Stream::kGlyphs);
  const auto habits = make_habits(rng);
  int small = 0;
  for (int i = 0; i < 1000; ++i) small += make_program(habits, rng).size < 0.8;
  EXPECT_GT(small, 50);
  EXPECT_LT(small, 200);
}

TEST(DrawByHand, KeepsStrokesInsideTheImage) {
  Rng rng(0, Stream::kGlyphs);
  const auto program = make_program(make_habits(rng), rng);
  std::vector<std::uint8_t> image(28 * 28);
  for (std::uint32_t item = 0; item < 100; ++item) {
    draw_by_hand(program, Rng(0, Stream::kGlyphs, 1, item), image, 28);
    int border = 0;
    for (std::size_t i = 0; i < 28; ++i) border += image[i] < 100 || image[27 * 28 + i] < 100;
    EXPECT_LT(border, 14);
  }
}

TEST(LoadGlyphs, AreTheSameFromTheCache) {
  const ScratchFolder folder;
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  setenv("XDG_CACHE_HOME", folder.path().c_str(), 1);
  const auto drawn = load_glyphs({.image_size = 8}).dataset.content_hash();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "anole"), {}), 1);
  const auto cached = load_glyphs({.image_size = 8}).dataset.content_hash();
  if (before == nullptr) {
    unsetenv("XDG_CACHE_HOME");
  } else {
    setenv("XDG_CACHE_HOME", kept.c_str(), 1);
  }
  EXPECT_EQ(drawn, make_glyphs({.image_size = 8}).content_hash());
  EXPECT_EQ(cached, drawn);
}

}  // namespace
}  // namespace anole
