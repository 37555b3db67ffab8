// Each mistake that a caller can make has a status and a text, and leaves everything as it was.

#include <gmock/gmock.h>

#include <limits>

#include "tests/c_api/fixture.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

class CApiMistakes : public testing::Test {
 protected:
  ~CApiMistakes() override {
    anole_examples_free(examples);
    anole_adapter_free(start);
    anole_adapter_free(mine);
  }

  std::string adapt_with(const char* name, const char* value) {
    const anole_option option{name, value};
    return failure(anole_adapt(start, examples, &option, 1));
  }
  std::string add(const char* label, std::vector<float> row) {
    return failure(anole_examples_add_rows(examples, &label, row.data(), 1, row.size()));
  }
  std::string ask(std::vector<float> row, const anole_answers& answers) {
    return failure(anole_predict_rows(mine, row.data(), 1, row.size(), &answers));
  }
  std::string picture(const anole_picture& picture) {
    return failure(anole_examples_add_picture(examples, "cat", &picture));
  }

  anole_adapter* start = loaded(of_numbers());
  anole_adapter* mine = adapted();
  anole_examples* examples = four_rows(start);
  double room[2] = {-1, -1};
  anole_answers answers{.rows = 1,
                        .outputs = 2,
                        .labels = nullptr,
                        .probabilities = room,
                        .known = nullptr,
                        .values = nullptr};
};

TEST_F(CApiMistakes, NullPointersAreNamed) {
  anole_adapter* adapter = nullptr;
  const float row[] = {1, 2};
  const char* label = nullptr;
  EXPECT_EQ(failure(anole_load(nullptr, &adapter)), "2: path is null");
  EXPECT_EQ(failure(anole_load("x", nullptr)), "2: adapter is null");
  EXPECT_EQ(failure(anole_load_bytes(nullptr, 1, &adapter)), "2: bytes is null");
  EXPECT_EQ(failure(anole_save(mine, nullptr)), "2: path is null");
  EXPECT_EQ(failure(anole_save_bytes(mine, nullptr, nullptr)), "2: bytes is null");
  EXPECT_EQ(failure(anole_get_facts(mine, nullptr)), "2: facts is null");
  EXPECT_EQ(failure(anole_get_label(mine, 0, nullptr, 3)), "2: text is null");
  EXPECT_EQ(failure(anole_examples_new(mine, nullptr)), "2: examples is null");
  EXPECT_EQ(failure(anole_examples_add_rows(examples, nullptr, row, 1, 2)), "2: labels is null");
  EXPECT_EQ(failure(anole_examples_add_rows(examples, &label, row, 1, 2)), "2: label is null");
  EXPECT_EQ(failure(anole_examples_add_rows(examples, &label, nullptr, 1, 2)), "2: rows is null");
  EXPECT_EQ(failure(anole_examples_add_picture(examples, "a", nullptr)), "2: picture is null");
  EXPECT_EQ(failure(anole_adapt(start, examples, nullptr, 1)), "2: options is null");
  EXPECT_EQ(failure(anole_remove(mine, nullptr)), "2: label is null");
  EXPECT_EQ(failure(anole_predict_rows(mine, row, 1, 2, nullptr)), "2: answers is null");
  EXPECT_EQ(failure(anole_predict_pictures(mine, nullptr, 1, &answers)), "2: pictures is null");
  EXPECT_EQ(adapter, nullptr);
}

TEST_F(CApiMistakes, HandlesThatAreNoneOrWereFreedAreFoundOut) {
  const std::string freed = " is not a handle of that kind, or it was freed before";
  anole_facts facts{};
  facts.struct_size = sizeof(anole_facts);
  EXPECT_EQ(failure(anole_get_facts(nullptr, &facts)), "5: adapter is null");
  EXPECT_EQ(failure(anole_adapt(start, nullptr, nullptr, 0)), "5: examples is null");
  EXPECT_EQ(failure(anole_get_facts(reinterpret_cast<anole_adapter*>(examples), &facts)),
            "5: adapter" + freed);
  EXPECT_EQ(failure(anole_forget_examples(reinterpret_cast<anole_adapter*>(&facts))),
            "5: adapter" + freed);
  auto* closed = loaded(of_numbers());
  EXPECT_EQ(anole_adapter_free(closed), ANOLE_OK);
  EXPECT_EQ(failure(anole_adapter_free(closed)), "5: adapter" + freed);
  EXPECT_EQ(failure(anole_remove(closed, "left")), "5: adapter" + freed);
  EXPECT_EQ(anole_adapter_free(nullptr), ANOLE_OK);
  EXPECT_EQ(anole_examples_free(nullptr), ANOLE_OK);
  auto* gathered = gathering(start);
  EXPECT_EQ(anole_examples_free(gathered), ANOLE_OK);
  EXPECT_EQ(failure(anole_examples_free(gathered)), "5: examples" + freed);
}

TEST_F(CApiMistakes, FilesThatAreNoBundlesAreRefused) {
  const ScratchFolder folder;
  anole_adapter* adapter = nullptr;
  const auto none = (folder / "none.anole").string();
  EXPECT_THAT(failure(anole_load(none.c_str(), &adapter)),
              testing::StartsWith("1: cannot read " + none));
  EXPECT_THAT(failure(anole_load_bytes("no", 2, &adapter)), testing::StartsWith("1: bytes: "));
  auto bytes = bundle_bytes(of_numbers(), "test");
  bytes[bytes.size() - 3] = static_cast<char>(~bytes[bytes.size() - 3]);
  EXPECT_THAT(failure(anole_load_bytes(bytes.data(), bytes.size(), &adapter)),
              testing::StartsWith("1: bytes: "));
  EXPECT_THAT(failure(anole_load_bytes(bytes.data(), bytes.size() / 2, &adapter)),
              testing::StartsWith("1: bytes: "));
  EXPECT_EQ(adapter, nullptr);
  const auto nowhere = (folder / "no" / "mine.anole").string();
  EXPECT_THAT(failure(anole_save(mine, nowhere.c_str())),
              testing::StartsWith("1: cannot write " + nowhere));
}

TEST_F(CApiMistakes, RowsOfAnotherSizeAndWithoutAFiniteNumberAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(add("left", {1, 2, 3}), "1: row 0: a row has 3 numbers, expected 2 for 2x1x1");
  EXPECT_EQ(add("left", {1, nan}), "1: row 0: a row holds nan at place 1, expected finite numbers");
  EXPECT_EQ(ask({1, 2, 3}, answers), "1: row 0: a row has 3 numbers, expected 2 for 2x1x1");
  EXPECT_EQ(ask({nan, 2}, answers),
            "1: row 0: a row holds nan at place 0, expected finite numbers");
  const float row[] = {1, 2};
  EXPECT_EQ(failure(anole_predict_rows(mine, row, SIZE_MAX / 2, 2, &answers)),
            "2: rows: 9223372036854775807 of 2 numbers are more than memory can hold");
  EXPECT_EQ(room[0], -1);
}

TEST_F(CApiMistakes, OfManyRowsAllAreAddedOrNone) {
  const char* labels[] = {"up", "up"};
  const float rows[] = {0, 5, 0, std::numeric_limits<float>::infinity()};
  EXPECT_EQ(failure(anole_examples_add_rows(examples, labels, rows, 2, 2)),
            "1: row 1: a row holds inf at place 1, expected finite numbers");
  ASSERT_EQ(anole_adapt(start, examples, nullptr, 0), ANOLE_OK);
  EXPECT_EQ(facts_of(start).examples, 4u);
}

TEST_F(CApiMistakes, AnswersThatDoNotFitAreRefused) {
  EXPECT_EQ(ask({1, 2}, {.rows = 0, .outputs = 2}),
            "2: answers.rows is 0, too little room for 1 answers");
  EXPECT_EQ(ask({1, 2}, {.rows = 1, .outputs = 3}),
            "2: answers.outputs is 3, expected 2, as anole_get_facts says");
  char text[5];
  EXPECT_EQ(failure(anole_get_label(mine, 1, text, 5)),
            "2: the label of class 1 takes 6 bytes with its zero, there is room for 5");
  EXPECT_EQ(failure(anole_get_label(mine, 2, text, 5)),
            "2: there is no class 2, expected one in [0, 2)");
  EXPECT_EQ(failure(anole_get_label(start, 0, text, 5)),
            "1: the bundle is an initialisation, whose classes have no names; adapt it first");
  anole_facts facts{};
  facts.struct_size = 8;
  EXPECT_EQ(failure(anole_get_facts(mine, &facts)),
            "2: facts.struct_size is 8, expected sizeof(anole_facts), " +
                std::to_string(sizeof(anole_facts)) + " or more");
}

TEST_F(CApiMistakes, OptionsAreCheckedAsThoseOfAnoleAdapt) {
  EXPECT_EQ(adapt_with("stps", "1"),
            "2: unknown option 'stps'; known are steps, batch, lr, shift, inverted, seed, task, "
            "invert; did you mean 'steps'?");
  EXPECT_EQ(adapt_with("steps", "-1"), "2: steps: expected an integer at least 0, found '-1'");
  EXPECT_EQ(adapt_with("lr", ""), "2: lr: expected a number at least 0, found ''");
  EXPECT_EQ(adapt_with("lr", nullptr), "2: lr: its value is null");
  EXPECT_EQ(adapt_with(nullptr, "1"), "2: an option's name is null");
  EXPECT_EQ(adapt_with("invert", "yes"),
            "2: invert: there are no pictures among the examples; leave it out");
  const anole_option steps{"steps", "3"};
  EXPECT_EQ(failure(anole_add(mine, examples, &steps, 1)),
            "2: steps: a change is adapted as the bundle was at first, so that nothing drifts; "
            "leave it out, or begin anew by anole_adapt");
}

TEST_F(CApiMistakes, ClassesThatCannotBeToldApartAreRefused) {
  EXPECT_EQ(add("", {1, 2}), "2: label is empty, expected the name of a class");
  EXPECT_EQ(add("\xff", {1, 2}).substr(0, 41), "1: label: holds a text that is not UTF-8:");
  auto* one = gathering(start);
  EXPECT_EQ(failure(anole_adapt(start, one, nullptr, 0)),
            "1: found no examples, expected at least 2 classes to tell apart; add examples of "
            "another");
  for (int i = 0; i <= 200; ++i) {
    const auto name = std::to_string(i);
    const char* label = name.c_str();
    const float row[] = {static_cast<float>(i), 1};
    ASSERT_EQ(anole_examples_add_rows(one, &label, row, 1, 2), ANOLE_OK);
  }
  EXPECT_EQ(failure(anole_adapt(start, one, nullptr, 0)),
            "1: found 201 classes, expected at most 200");
  anole_examples_free(one);
  EXPECT_EQ(failure(anole_remove(mine, "up")), "1: there is no class 'up'; known are left, right");
  EXPECT_EQ(failure(anole_add(start, examples, nullptr, 0)),
            "1: the bundle is an initialisation that has no classes yet; adapt it to at least two");
}

TEST_F(CApiMistakes, WhatCannotChangeAnyMoreSaysSo) {
  ASSERT_EQ(anole_forget_examples(mine), ANOLE_OK);
  EXPECT_EQ(failure(anole_remove(mine, "left")).substr(0, 60),
            "1: the adapted bundle: its examples and the initialisation t");
}

TEST_F(CApiMistakes, AnAdaptationThatDivergesLeavesTheBundleAsItWas) {
  const auto before = saved(start);
  EXPECT_EQ(adapt_with("lr", "1e38").substr(0, 3), "3: ");
  EXPECT_TRUE(saved(start) == before);
}

TEST_F(CApiMistakes, PicturesAreOneThingThatCanBeRead) {
  auto* of_picture = loaded(of_pictures());
  anole_examples_free(examples);
  examples = gathering(of_picture);
  const char bytes[] = "GIF89a";
  EXPECT_EQ(picture({}), "2: a picture has 0 of path, bytes and pixels, expected one of them");
  EXPECT_EQ(picture({.path = "a", .bytes = bytes}),
            "2: a picture has 2 of path, bytes and pixels, expected one of them");
  EXPECT_EQ(picture({.path = "none.png"}),
            "1: none.png: cannot be opened (No such file or directory)");
  EXPECT_THAT(picture({.bytes = bytes, .size = 6, .name = "new"}), testing::StartsWith("1: new: "));
  EXPECT_THAT(picture({.bytes = bytes, .size = 0}), testing::StartsWith("1: picture: "));
  EXPECT_EQ(picture({.pixels = bytes, .height = 1, .width = 1, .channels = 4}),
            "2: pixels of height 1, width 1 and 4 channels; expected height and width at least 1, "
            "and 1 channel for grey or 3 for RGB");
  EXPECT_EQ(picture({.pixels = bytes, .height = 65536, .width = 65536, .channels = 1}),
            "1: a picture of 4294967296 pixels, expected at most 67108864; shrink it");
  EXPECT_EQ(failure(anole_adapt(start, examples, nullptr, 0)),
            "2: the examples were gathered for rows of 1x14x14, and the bundle takes rows of "
            "2x1x1, or makes them otherwise; gather them by anole_examples_new with this adapter");
  anole_adapter_free(of_picture);
}

TEST_F(CApiMistakes, ANetworkOfNumbersTakesNoPicture) {
  const unsigned char pixel = 0;
  const anole_picture one{.pixels = &pixel, .height = 1, .width = 1, .channels = 1};
  EXPECT_EQ(failure(anole_predict_pictures(mine, &one, 1, &answers)),
            "1: got a picture, but the network takes rows of 2 numbers");
  EXPECT_EQ(picture(one), "1: got a picture, but the network takes rows of 2 numbers");
}

TEST_F(CApiMistakes, InvertedIsOfRowsAndInvertOfPictures) {
  auto* of_picture = loaded(of_pictures());
  auto* pictures = gathering(of_picture);
  const std::vector<unsigned char> pixels(196, 255);
  const anole_picture one{.pixels = pixels.data(), .height = 14, .width = 14, .channels = 1};
  ASSERT_EQ(anole_examples_add_picture(pictures, "white", &one), ANOLE_OK);
  const anole_option inverted{"inverted", "true"};
  EXPECT_EQ(failure(anole_adapt(of_picture, pictures, &inverted, 1)),
            "2: inverted: it is of rows, and there are pictures among the examples; leave it out, "
            "or say by invert what becomes of them");
  anole_examples_free(pictures);
  anole_adapter_free(of_picture);
}

TEST_F(CApiMistakes, ValuesAndClassesAreNotMistakenForEachOther) {
  auto* of_value = loaded(of_values());
  auto* values = gathering(of_value);
  const char* label = "a";
  const float x = 1, y = 2;
  EXPECT_EQ(failure(anole_examples_add_rows(values, &label, &x, 1, 1)),
            "2: the network gives values, not classes; expected targets, by "
            "anole_examples_add_targets");
  EXPECT_EQ(
      failure(anole_examples_add_targets(examples, &y, 1, &x, 1, 1)),
      "2: the network gives classes, not values; expected labels, by anole_examples_add_rows");
  const float two[] = {1, std::numeric_limits<float>::infinity()};
  EXPECT_EQ(failure(anole_examples_add_targets(values, two, 2, &x, 1, 1)),
            "1: a target has 2 numbers, expected 1");
  EXPECT_EQ(failure(anole_examples_add_targets(values, two, 1, two, 2, 1)),
            "1: target 1: holds inf at place 0, expected finite numbers");
  EXPECT_EQ(failure(anole_examples_add_targets(values, nullptr, 1, &x, 1, 1)),
            "2: targets is null");
  EXPECT_EQ(failure(anole_adapt(of_value, values, nullptr, 0)),
            "1: adapting needs at least one support row, got none");
  EXPECT_EQ(failure(anole_add(of_value, values, nullptr, 0)),
            "2: a network of values keeps no examples; adapt it to all of them by anole_adapt");
  const anole_answers wrong{.rows = 1, .outputs = 1, .labels = nullptr, .probabilities = room};
  EXPECT_EQ(failure(anole_predict_rows(of_value, &x, 1, 1, &wrong)),
            "2: the network gives values, not classes: labels, probabilities and known must be "
            "null");
  anole_examples_free(values);
  anole_adapter_free(of_value);
}

TEST_F(CApiMistakes, NoQuestionIsNoMistake) {
  EXPECT_EQ(anole_predict_rows(mine, nullptr, 0, 2, &answers), ANOLE_OK);
  EXPECT_EQ(anole_predict_pictures(mine, nullptr, 0, &answers), ANOLE_OK);
}

}  // namespace
}  // namespace anole
