#include "anole/io/fields_json.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

enum class Colour { kRed, kGreen };
std::span<const std::string_view> enum_names(Colour) {
  static constexpr std::string_view kNames[] = {"red", "green"};
  return kNames;
}

struct Inner {
  double lr = 1e-3;
  Colour colour = Colour::kGreen;
  static constexpr auto fields() {
    return std::tuple{Field{"lr", &Inner::lr, "", {.min = 0, .above_min = true}},
                      Field{"colour", &Inner::colour, ""}};
  }
};

struct Options {
  int ways = 5;
  Inner inner = {};
  std::int64_t iterations = 100000;
  std::uint64_t seed = 0;
  bool rotations = true;
  std::string label = {};
  std::vector<int> widths = {64, 32};
  std::filesystem::path out = "runs/a";
  static constexpr auto fields() {
    return std::tuple{Field{"ways", &Options::ways, "", {.min = 2}},
                      Nested{&Options::inner},
                      Field{"iterations", &Options::iterations, "", {.min = 1}},
                      Field{"seed", &Options::seed, ""},
                      Field{"rotations", &Options::rotations, ""},
                      Field{"label", &Options::label, ""},
                      Field{"widths", &Options::widths, "", {.min = 1}},
                      Field{"out", &Options::out, "", {.output = true}}};
  }
};

std::string refusal(const char* text) {
  try {
    Options options;
    fields_from_json(Json::parse(text), options, "run.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(FieldsJson, ListsEveryFieldInListedOrder) {
  EXPECT_EQ(
      fields_to_json(Options{}).dump(),
      R"({"ways":5,"lr":0.001,"colour":"green","iterations":100000,"seed":0,"rotations":true,)"
      R"("label":"","widths":[64,32],"out":"runs/a"})");
}

TEST(FieldsJson, LeavesOutputFieldsOutOfWhatDeterminesTheResult) {
  EXPECT_TRUE(fields_to_json(Options{}).contains("out"));
  EXPECT_FALSE(result_fields_to_json(Options{}).contains("out"));
  EXPECT_TRUE(result_fields_to_json(Options{}).contains("widths"));
}

TEST(FieldsJson, ReadsBackWhatItWrote) {
  Options options{.ways = 20,
                  .inner = {.lr = 1.0 / 3, .colour = Colour::kRed},
                  .iterations = 5000000000,
                  .seed = 18446744073709551615u,
                  .rotations = false,
                  .label = "\u00e9",
                  .widths = {},
                  .out = "x y"};
  Options back;
  fields_from_json(fields_to_json(options), back, "test");
  EXPECT_EQ(fields_to_json(back), fields_to_json(options));
  EXPECT_EQ(back.inner.lr, 1.0 / 3);
  EXPECT_EQ(back.seed, 18446744073709551615u);
}

TEST(FieldsJson, KeepsValuesThatAreNotNamed) {
  Options options{.ways = 7};
  fields_from_json(Json::parse(R"({"lr": 2})"), options, "test");
  EXPECT_EQ(options.ways, 7);
  EXPECT_EQ(options.inner.lr, 2.0);
}

TEST(FieldsJson, RefusesWrongTypesAndRangesByName) {
  EXPECT_EQ(refusal(R"({"ways": "5"})"),
            R"(run.json: ways: expected an integer at least 2, found "5")");
  EXPECT_EQ(refusal(R"({"ways": 5.5})"),
            "run.json: ways: expected an integer at least 2, found 5.5");
  EXPECT_EQ(refusal(R"({"ways": 1})"), "run.json: ways: expected an integer at least 2, found '1'");
  EXPECT_EQ(refusal(R"({"ways": 3000000000})"),
            "run.json: ways: expected an integer at least 2, found 3000000000");
  EXPECT_EQ(refusal(R"({"iterations": 18446744073709551615})"),
            "run.json: iterations: expected an integer at least 1, found 18446744073709551615");
  EXPECT_EQ(refusal(R"({"seed": -1})"), "run.json: seed: expected an integer at least 0, found -1");
  EXPECT_EQ(refusal(R"({"lr": null})"), "run.json: lr: expected a number above 0, found null");
  EXPECT_EQ(refusal(R"({"rotations": 1})"), "run.json: rotations: expected true or false, found 1");
  EXPECT_EQ(refusal(R"({"label": 3})"), "run.json: label: expected text, found 3");
  EXPECT_EQ(refusal(R"({"colour": 3})"), "run.json: colour: expected red or green, found '3'");
  EXPECT_EQ(
      refusal(R"({"widths": [64, "a"]})"),
      R"(run.json: widths: expected integers at least 1 separated by commas, found [64,"a"])");
  EXPECT_EQ(refusal("[]"), "run.json: expected an object, found array");
}

TEST(FieldsJson, NamesTheNearestKey) {
  EXPECT_EQ(refusal(R"({"itterations": 3})"),
            "run.json: unknown key 'itterations'; did you mean 'iterations'?");
}

TEST(FieldsJson, LeavesTheOptionsAloneWhenItThrows) {
  Options options;
  EXPECT_THROW(fields_from_json(Json::parse(R"({"ways": 9, "x": 1})"), options, "test"), Error);
  EXPECT_EQ(options.ways, 5);
}

TEST(ParseJson, RefusesWhatIsNotJsonAndKeysThatAppearTwice) {
  const auto refusal_of = [](const std::string& text) -> std::string {
    try {
      parse_json(text, "a.json");
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refusal_of(R"({"a": 1, })"), "a.json: not valid JSON at byte 10 of 10");
  EXPECT_EQ(refusal_of(R"({"a": 1, "a": 2})"), "a.json: key 'a' appears twice");
  EXPECT_EQ(refusal_of(R"({"a": {"b": 1}, "c": {"b": 2}})"), "accepted");
  EXPECT_EQ(refusal_of("[1e999]"), "a.json: holds a number out of range");
  EXPECT_EQ(refusal_of(std::string(1000, '[')), "a.json: JSON is nested deeper than 64 levels");
}

TEST(DumpJson, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(dump_json(Json{{"a", 0.1}}, "labels"), R"({"a":0.1})");
  EXPECT_THROW(dump_json(Json("\xff"), "labels"), Error);
}

}  // namespace
}  // namespace anole
