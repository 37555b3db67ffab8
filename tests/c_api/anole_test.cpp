// What the functions of anole.h do, beside the C++ that they stand for.

#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include <cfenv>
#include <fstream>

#include "anole/bundle/adapter.h"
#include "anole/files/image.h"
#include "anole/make_learner.h"
#include "anole/version.h"
#include "tests/c_api/fixture.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

std::vector<LabelledRow> four_labelled() {
  return {{.label = "right", .row = {1, 0}},
          {.label = "left", .row = {-1, 0}},
          {.label = "left", .row = {-2, 1}},
          {.label = "right", .row = {2, 1}}};
}

std::string label(anole_adapter* adapter, std::size_t index) {
  char text[64];
  return anole_get_label(adapter, index, text, sizeof text) == ANOLE_OK ? text : anole_last_error();
}

TEST(CApi, VersionIsTheLibrarys) { EXPECT_STREQ(anole_version(), kVersion); }

TEST(CApi, AdaptsAndAnswersWithTheBitsOfAnAdapter) {
  Adapter expected(of_numbers(), learners());
  expected.adapt(four_labelled());
  auto* adapter = adapted();
  EXPECT_TRUE(saved(adapter) == bundle_bytes(expected.bundle(), "test"));
  const auto answers = expected.predict(std::vector<float>{1, 1, -3, 0}, 2);
  const auto found = probabilities(adapter, {1, 1, -3, 0});
  EXPECT_EQ(found[0], answers[0].probabilities[0]);
  EXPECT_EQ(found[3], answers[1].probabilities[1]);
  anole_adapter_free(adapter);
}

TEST(CApi, FillsEveryPartOfAnswersThatIsAskedFor) {
  auto* adapter = adapted();
  Adapter expected(of_numbers(), learners());
  expected.adapt(four_labelled());
  const auto answer = expected.predict(std::vector<float>{1, 1}, 1)[0];
  std::int32_t index[2] = {-1, -1};
  std::uint8_t known[2] = {9, 9};
  float values[4] = {};
  const anole_answers answers{.rows = 2,
                              .outputs = 2,
                              .labels = index,
                              .probabilities = nullptr,
                              .known = known,
                              .values = values};
  const float row[] = {1, 1};
  ASSERT_EQ(anole_predict_rows(adapter, row, 1, 2, &answers), ANOLE_OK);
  EXPECT_EQ(index[0], answer.label);
  EXPECT_EQ(index[1], -1);  // one question, one answer
  EXPECT_EQ(known[0], 1);
  EXPECT_EQ(std::vector<float>(values, values + 2), answer.outputs);
  anole_adapter_free(adapter);
}

TEST(CApi, ManyRowsAreAnsweredAsOneByOne) {
  auto* adapter = adapted();
  std::vector<float> rows;
  for (int i = 0; i < 70; ++i) rows.push_back(static_cast<float>(i % 13) - 6);
  const auto all = probabilities(adapter, rows);
  for (std::size_t i = 0; i < 70; i += 2) {
    EXPECT_EQ(probabilities(adapter, {rows[i], rows[i + 1]})[0], all[i]);
  }
  anole_adapter_free(adapter);
}

TEST(CApi, AddingAndRemovingGiveTheBytesOfOneAdaptation) {
  auto* adapter = adapted();
  const auto before = saved(adapter);
  auto* more = gathering(adapter);
  const char* labels[] = {"up"};
  const float row[] = {0, 5};
  ASSERT_EQ(anole_examples_add_rows(more, labels, row, 1, 2), ANOLE_OK);
  ASSERT_EQ(anole_add(adapter, more, nullptr, 0), ANOLE_OK) << anole_last_error();
  EXPECT_EQ(label(adapter, 2), "up");
  EXPECT_EQ(facts_of(adapter).examples, 5u);
  ASSERT_EQ(anole_remove(adapter, "up"), ANOLE_OK);
  EXPECT_TRUE(saved(adapter) == before);
  anole_examples_free(more);
  anole_adapter_free(adapter);
}

TEST(CApi, EveryFieldOfAdaptOptionsIsAnOption) {
  Adapter expected(of_numbers(), learners());
  expected.adapt(four_labelled(),
                 {.steps = 7, .batch = 3, .lr = 0.5, .inverted = true, .seed = 4, .task = 2});
  auto* adapter = loaded(of_numbers());
  auto* examples = four_rows(adapter);
  const anole_option options[] = {{"steps", "7"},  {"batch", "3"},       {"lr", "0.5"},
                                  {"shift", "-1"}, {"inverted", "true"}, {"seed", "4"},
                                  {"task", "2"}};
  ASSERT_EQ(anole_adapt(adapter, examples, options, 7), ANOLE_OK) << anole_last_error();
  EXPECT_TRUE(saved(adapter) == bundle_bytes(expected.bundle(), "test"));
  EXPECT_EQ(facts_of(adapter).steps, 7);
  anole_examples_free(examples);
  anole_adapter_free(adapter);
}

TEST(CApi, FactsOfAnInitialisationAndOfAnAdaptedBundle) {
  auto bundle = of_pictures();
  bundle.training = R"({"iteration": 40})";
  auto* start = loaded(bundle);
  const auto facts = facts_of(start);
  EXPECT_EQ(facts.numbers, 196u);
  EXPECT_EQ(facts.height, 14);
  EXPECT_EQ(facts.outputs, 3u);
  EXPECT_EQ(facts.is_classifier, 1);
  EXPECT_EQ(facts.takes_pictures, 1);
  EXPECT_EQ(facts.is_adapted, 0);
  EXPECT_EQ(facts.iteration, 40);
  EXPECT_STREQ(facts.norm, "support");
  auto* mine = adapted();
  EXPECT_EQ(facts_of(mine).is_adapted, 1);
  EXPECT_EQ(facts_of(mine).takes_pictures, 0);
  EXPECT_EQ(facts_of(mine).examples, 4u);
  EXPECT_EQ(facts_of(mine).iteration, -1);
  ASSERT_EQ(anole_forget_examples(mine), ANOLE_OK);
  EXPECT_EQ(facts_of(mine).examples, 0u);
  anole_adapter_free(start);
  anole_adapter_free(mine);
}

TEST(CApi, SavesToAFileWhatItSavesToBytes) {
  const ScratchFolder folder;
  auto* adapter = adapted();
  const auto path = (folder / "mine.anole").string();
  ASSERT_EQ(anole_save(adapter, path.c_str()), ANOLE_OK) << anole_last_error();
  anole_adapter* again = nullptr;
  ASSERT_EQ(anole_load(path.c_str(), &again), ANOLE_OK);
  EXPECT_TRUE(saved(again) == saved(adapter));
  EXPECT_EQ(label(again, 1), "right");
  anole_adapter_free(adapter);
  anole_adapter_free(again);
}

// Pixels of a class: a bar at a height of its own, on a ground.
std::vector<std::uint8_t> bar(int at, std::uint8_t ink, std::uint8_t ground) {
  std::vector<std::uint8_t> pixels(14 * 14, ground);
  for (int x = 2; x < 12; ++x) pixels[static_cast<std::size_t>(at * 14 + x)] = ink;
  return pixels;
}

anole_picture of_pixels(const std::vector<std::uint8_t>& pixels) {
  anole_picture picture{};
  picture.pixels = pixels.data();
  picture.height = picture.width = 14, picture.channels = 1;
  return picture;
}

anole_adapter* knows_bars(std::uint8_t ink, std::uint8_t ground) {
  auto* adapter = loaded(of_pictures());
  auto* examples = gathering(adapter);
  for (const int at : {3, 7, 10}) {
    const auto pixels = bar(at, ink, ground);
    const auto picture = of_pixels(pixels);
    const auto name = std::to_string(at);
    EXPECT_EQ(anole_examples_add_picture(examples, name.c_str(), &picture), ANOLE_OK);
  }
  EXPECT_EQ(anole_adapt(adapter, examples, nullptr, 0), ANOLE_OK) << anole_last_error();
  anole_examples_free(examples);
  return adapter;
}

TEST(CApi, APictureIsTheSameFromAFileItsBytesAndItsPixels) {
  const ScratchFolder folder;
  auto* adapter = knows_bars(0, 255);
  const auto pixels = bar(5, 0, 255);
  const auto png = encode_png({{1, 14, 14}, pixels});
  const auto path = (folder / "5.png").string();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(png.data()), std::ssize(png));
  anole_picture pictures[3] = {{}, {}, of_pixels(pixels)};
  pictures[0].path = path.c_str();
  pictures[1].bytes = png.data(), pictures[1].size = png.size();
  double found[9] = {};
  const anole_answers answers{.rows = 3,
                              .outputs = 3,
                              .labels = nullptr,
                              .probabilities = found,
                              .known = nullptr,
                              .values = nullptr};
  ASSERT_EQ(anole_predict_pictures(adapter, pictures, 3, &answers), ANOLE_OK) << anole_last_error();
  EXPECT_EQ(std::vector<double>(found, found + 3), std::vector<double>(found + 3, found + 6));
  EXPECT_EQ(std::vector<double>(found, found + 3), std::vector<double>(found + 6, found + 9));
  EXPECT_NEAR(found[0] + found[1] + found[2], 1, 1e-12);
  anole_adapter_free(adapter);
}

TEST(CApi, PicturesOfTheOppositeGroundAreInvertedAsAnoleAdaptDoes) {
  auto* usual = knows_bars(0, 255);
  auto* opposite = knows_bars(255, 0);
  EXPECT_EQ(facts_of(usual).inverted, 0);
  EXPECT_EQ(facts_of(opposite).inverted, 1);
  const auto dark = bar(4, 0, 255), light = bar(4, 255, 0);
  double first[3], second[3];
  const auto ask = [](anole_adapter* adapter, const auto& pixels, double* found) {
    const auto picture = of_pixels(pixels);
    const anole_answers answers{.rows = 1,
                                .outputs = 3,
                                .labels = nullptr,
                                .probabilities = found,
                                .known = nullptr,
                                .values = nullptr};
    ASSERT_EQ(anole_predict_pictures(adapter, &picture, 1, &answers), ANOLE_OK);
  };
  ask(usual, dark, first);
  ask(opposite, light, second);
  EXPECT_EQ(std::vector<double>(first, first + 3), std::vector<double>(second, second + 3));
  anole_adapter_free(usual);
  anole_adapter_free(opposite);
}

TEST(CApi, ANetworkOfValuesAdaptsToTargets) {
  Adapter expected(of_values(), learners());
  const std::vector<float> x{-1, 0, 2}, y{0.5f, 0, 1};
  expected.adapt({.rows = x, .targets = y, .count = 3}, {}, {.steps = 5});
  auto* adapter = loaded(of_values());
  auto* examples = gathering(adapter);
  ASSERT_EQ(anole_examples_add_targets(examples, y.data(), 1, x.data(), 3, 1), ANOLE_OK);
  const anole_option options[] = {{"steps", "5"}};
  ASSERT_EQ(anole_adapt(adapter, examples, options, 1), ANOLE_OK) << anole_last_error();
  float found[2];
  const anole_answers answers{.rows = 2,
                              .outputs = 1,
                              .labels = nullptr,
                              .probabilities = nullptr,
                              .known = nullptr,
                              .values = found};
  ASSERT_EQ(anole_predict_rows(adapter, x.data(), 2, 1, &answers), ANOLE_OK) << anole_last_error();
  EXPECT_EQ(std::vector<float>(found, found + 2), expected.outputs(std::vector<float>{-1, 0}, 2));
  anole_examples_free(examples);
  anole_adapter_free(adapter);
}

#ifdef __SSE__
TEST(CApi, TheCallersRoundingAndFlushingOfDenormalsChangeNoBits) {
  auto* adapter = adapted();
  const auto expected = saved(adapter);
  anole_adapter_free(adapter);
  adapter = loaded(of_numbers());
  auto* examples = four_rows(adapter);
  std::fesetround(FE_UPWARD);
  const auto before = _mm_getcsr() | 0x8040;  // flush to zero, denormals are zero
  _mm_setcsr(before);
  EXPECT_EQ(anole_adapt(adapter, examples, nullptr, 0), ANOLE_OK);
  const bool kept = (_mm_getcsr() & 0xE040) == (before & 0xE040) && std::fegetround() == FE_UPWARD;
  std::fesetround(FE_TONEAREST);
  _mm_setcsr(_mm_getcsr() & ~0x8040U);
  EXPECT_TRUE(kept);
  EXPECT_TRUE(saved(adapter) == expected);
  anole_examples_free(examples);
  anole_adapter_free(adapter);
}
#endif

TEST(CApi, LettersWithAccentsAreOneLabelHoweverTheyAreWritten) {
  auto* adapter = loaded(of_numbers());
  auto* examples = gathering(adapter);
  const char* labels[] = {"caf\u00e9", "cafe\u0301", "tea"};
  const float rows[] = {1, 0, 2, 0, -1, 0};
  ASSERT_EQ(anole_examples_add_rows(examples, labels, rows, 3, 2), ANOLE_OK);
  ASSERT_EQ(anole_adapt(adapter, examples, nullptr, 0), ANOLE_OK);
  EXPECT_EQ(label(adapter, 0), "caf\u00e9");
  EXPECT_EQ(facts_of(adapter).outputs, 2u);
  anole_examples_free(examples);
  anole_adapter_free(adapter);
}

}  // namespace
}  // namespace anole
