#include "anole/core/field_value.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"

namespace anole {
namespace {

enum class Colour { kRed, kGreen, kBlue };
std::span<const std::string_view> enum_names(Colour) {
  static constexpr std::string_view kNames[] = {"red", "green", "blue"};
  return kNames;
}

struct Options {
  int ways = 5;
  std::int64_t iterations = 100000;
  std::uint64_t seed = 0;
  double lr = 1e-3;
  double share = 0.5;
  double shift = 0;
  bool rotations = true;
  std::string label;
  std::filesystem::path out;
  Colour colour = Colour::kRed;
  std::vector<int> widths;
};

constexpr Field kWays{"ways", &Options::ways, "", {.min = 2}};
constexpr Field kIterations{"iterations", &Options::iterations, "", {.min = 1}};
constexpr Field kSeed{"seed", &Options::seed, ""};
constexpr Field kLr{"lr", &Options::lr, "", {.min = 0, .above_min = true}};
constexpr Field kShare{"share", &Options::share, "", {.min = 0, .max = 1}};
constexpr Field kShift{"shift", &Options::shift, ""};
constexpr Field kRotations{"rotations", &Options::rotations, ""};
constexpr Field kLabel{"label", &Options::label, ""};
constexpr Field kOut{"out", &Options::out, ""};
constexpr Field kColour{"colour", &Options::colour, ""};
constexpr Field kWidths{"widths", &Options::widths, "", {.min = 1}};

template <class T>
T parsed(const Field<Options, T>& field, std::string_view text) {
  T value{};
  field_from_string(field, text, value);
  return value;
}

template <class T>
std::string refusal(const Field<Options, T>& field, std::string_view text) {
  try {
    parsed(field, text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(FieldValue, ReadsEveryTypeFromText) {
  EXPECT_EQ(parsed(kWays, "20"), 20);
  EXPECT_EQ(parsed(kIterations, "5000000000"), 5000000000);
  EXPECT_EQ(parsed(kSeed, "18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(parsed(kLr, "5e-4"), 0.0005);
  EXPECT_EQ(parsed(kRotations, "false"), false);
  EXPECT_EQ(parsed(kLabel, "two words"), "two words");
  EXPECT_EQ(parsed(kOut, "runs/a b"), std::filesystem::path("runs/a b"));
  EXPECT_EQ(parsed(kColour, "blue"), Colour::kBlue);
  EXPECT_EQ(parsed(kWidths, "64, 32"), (std::vector{64, 32}));
  EXPECT_EQ(parsed(kWidths, ""), std::vector<int>{});
}

TEST(FieldValue, PrintsEveryTypeAsTextThatReadsBack) {
  EXPECT_EQ(field_to_string(20), "20");
  EXPECT_EQ(field_to_string(std::uint64_t{18446744073709551615u}), "18446744073709551615");
  EXPECT_EQ(field_to_string(1e-8), "1e-08");
  EXPECT_EQ(field_to_string(0.1), "0.1");
  EXPECT_EQ(parsed(kShift, field_to_string(1.0 / 3)), 1.0 / 3);
  EXPECT_EQ(field_to_string(true), "true");
  EXPECT_EQ(field_to_string(std::filesystem::path("runs/a b")), "runs/a b");
  EXPECT_EQ(field_to_string(Colour::kGreen), "green");
  EXPECT_EQ(field_to_string(std::vector{64, 32}), "64,32");
}

TEST(FieldValue, SaysWhatWasExpectedAndFound) {
  EXPECT_EQ(refusal(kLr, "-1"), "lr: expected a number above 0, found '-1'");
  EXPECT_EQ(refusal(kLr, "fast"), "lr: expected a number above 0, found 'fast'");
  EXPECT_EQ(refusal(kLr, "1e-3x"), "lr: expected a number above 0, found '1e-3x'");
  EXPECT_EQ(refusal(kLr, "inf"), "lr: expected a number above 0, found 'inf'");
  EXPECT_EQ(refusal(kShift, "nan"), "shift: expected a finite number, found 'nan'");
  EXPECT_EQ(refusal(kShare, "1.5"), "share: expected a number from 0 to 1, found '1.5'");
  EXPECT_EQ(refusal(kWays, "1"), "ways: expected an integer at least 2, found '1'");
  EXPECT_EQ(refusal(kWays, "5.5"), "ways: expected an integer at least 2, found '5.5'");
  EXPECT_EQ(refusal(kWays, ""), "ways: expected an integer at least 2, found ''");
  EXPECT_EQ(refusal(kWays, "3000000000"),
            "ways: expected an integer from 2 to 2147483647, found '3000000000'");
  EXPECT_EQ(refusal(kSeed, "-1"), "seed: expected an integer at least 0, found '-1'");
  EXPECT_EQ(refusal(kRotations, "maybe"), "rotations: expected true or false, found 'maybe'");
  EXPECT_EQ(refusal(kWidths, "64,,32"),
            "widths: expected integers at least 1 separated by commas, found '64,,32'");
  EXPECT_EQ(refusal(kWidths, "64,0"),
            "widths: expected integers at least 1 separated by commas, found '64,0'");
}

TEST(FieldValue, NamesTheNearestSpellingOfAnEnum) {
  EXPECT_EQ(refusal(kColour, "gren"),
            "colour: expected red, green or blue, found 'gren'; did you mean 'green'?");
  EXPECT_EQ(refusal(kColour, "x1y2z3"), "colour: expected red, green or blue, found 'x1y2z3'");
}

TEST(FieldValue, LeavesTheValueAloneWhenItThrows) {
  double lr = 0.25;
  EXPECT_THROW(field_from_string(kLr, "-1", lr), UsageError);
  EXPECT_EQ(lr, 0.25);
}

TEST(FieldValue, ChecksTheLimitsOfAValueThatIsNotText) {
  EXPECT_NO_THROW(check_limits(kWays, 2));
  EXPECT_THROW(check_limits(kWays, 1), UsageError);
  EXPECT_THROW(check_limits(kLr, 0.0), UsageError);
  EXPECT_THROW(check_limits(kWidths, (std::vector{3, -1})), UsageError);
  EXPECT_NO_THROW(check_limits(kColour, Colour::kBlue));
}

}  // namespace
}  // namespace anole
