#include "anole/data/ground.h"

#include <gtest/gtest.h>

#include <vector>

namespace anole {
namespace {

constexpr auto kLight = Ground::kLight, kDark = Ground::kDark, kUnknown = Ground::kUnknown;

TEST(GroundOf, IsWhatMostOfTheBorderIs) {
  EXPECT_EQ(ground_of({{1, 3, 3}, {255, 255, 0, 255, 0, 255, 255, 0, 255}}), kLight);
  EXPECT_EQ(ground_of({{1, 3, 3}, {0, 0, 255, 0, 255, 0, 0, 255, 0}}), kDark);
  EXPECT_EQ(ground_of({{1, 2, 2}, {0, 255, 0, 255}}), kUnknown);
  EXPECT_EQ(ground_of({{1, 1, 2}, {128, 128}}), kUnknown);
  EXPECT_EQ(ground_of({{3, 1, 1}, {255, 255, 0}}), kLight);  // yellow
  EXPECT_EQ(ground_of({{3, 1, 1}, {0, 0, 255}}), kDark);     // blue
}

TEST(CommonGround, IsThatOfNineInTen) {
  std::vector<Ground> grounds(9, kLight);
  grounds.push_back(kDark);
  EXPECT_EQ(common_ground(grounds), kLight);
  grounds.push_back(kDark);
  EXPECT_EQ(common_ground(grounds), kUnknown);
  EXPECT_EQ(common_ground(std::vector{kDark, kUnknown}), kDark);
  EXPECT_EQ(common_ground(std::vector{kDark, kUnknown, kUnknown}), kUnknown);
  EXPECT_EQ(common_ground({}), kUnknown);
}

TEST(Inverts, WhereTheGroundIsTheOppositeOfTrainings) {
  const Preprocessing light{.shape = {}, .ground = kLight}, unknown{},
      turned{.shape = {}, .invert = true, .ground = kLight};
  EXPECT_TRUE(inverts(Invert::kAuto, kDark, light));
  EXPECT_FALSE(inverts(Invert::kAuto, kLight, light));
  EXPECT_FALSE(inverts(Invert::kAuto, kUnknown, light));
  EXPECT_FALSE(inverts(Invert::kAuto, kDark, unknown));
  EXPECT_FALSE(inverts(Invert::kAuto, kDark, {}));
  EXPECT_TRUE(inverts(Invert::kAuto, kDark, turned));
  EXPECT_FALSE(inverts(Invert::kAuto, kLight, turned));
  EXPECT_TRUE(inverts(Invert::kAuto, kUnknown, turned));  // as training's were
  EXPECT_FALSE(inverts(Invert::kNo, kDark, light));
  EXPECT_TRUE(inverts(Invert::kYes, kLight, {}));
}

}  // namespace
}  // namespace anole
