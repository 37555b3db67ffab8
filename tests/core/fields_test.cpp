#include "anole/core/fields.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace anole {
namespace {

enum class Colour { kRed, kGreen };
constexpr std::string_view kColours[] = {"red", "green"};
std::span<const std::string_view> enum_names(Colour) { return kColours; }

struct Inner {
  double lr = 0.5;
  Colour colour = Colour::kGreen;
  static constexpr auto fields() {
    return std::tuple{Field{"lr", &Inner::lr, "learning rate", {.min = 0, .above_min = true}},
                      Field{"colour", &Inner::colour, "red or green"}};
  }
};

struct Outer {
  int ways = 5;
  Inner inner = {};
  std::string out = "runs";
  static constexpr auto fields() {
    return std::tuple{Field{"ways", &Outer::ways, "classes of a task", {.min = 2}},
                      Nested{&Outer::inner},
                      Field{"out", &Outer::out, "run folder", {.output = true}}};
  }
};

TEST(VisitFields, VisitsNestedFieldsInListedOrder) {
  const Outer options;
  std::vector<std::string> names;
  visit_fields(options, [&](const auto& field, const auto&) { names.emplace_back(field.name); });
  EXPECT_EQ(names, (std::vector<std::string>{"ways", "lr", "colour", "out"}));
}

TEST(VisitFields, GivesReferencesThatWrite) {
  Outer options;
  visit_fields(options, [](const auto& field, auto& value) {
    if constexpr (std::is_same_v<decltype(value), double&>) {
      if (field.name == "lr") value = 0.25;
    }
  });
  EXPECT_EQ(options.inner.lr, 0.25);
}

TEST(VisitFields, CarriesHelpAndLimits) {
  const Outer options;
  visit_fields(options, [](const auto& field, const auto&) {
    if (field.name == "ways") {
      EXPECT_EQ(field.help, "classes of a task");
      EXPECT_EQ(field.limits.min, 2);
      EXPECT_FALSE(field.limits.output);
    }
    if (field.name == "lr") {
      EXPECT_TRUE(field.limits.above_min);
    }
    if (field.name == "out") {
      EXPECT_TRUE(field.limits.output);
    }
  });
}

TEST(EnumName, SpellsAValue) {
  EXPECT_EQ(enum_name(Colour::kRed), "red");
  EXPECT_EQ(enum_name(Colour::kGreen), "green");
}

}  // namespace
}  // namespace anole
