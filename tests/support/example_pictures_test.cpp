#include "anole/support/example_pictures.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

const Preprocessing kLight{.shape = {1, 2, 2}, .ground = Ground::kLight};

TEST(ExamplePictures, KeepOrderLabelsAndNames) {
  ExamplePictures pictures(kLight);
  pictures.add("cat", "1.png", {{1, 2, 2}, {255, 255, 9, 255}});
  pictures.add("ant", "", {{1, 2, 2}, {255, 8, 255, 255}});
  const auto set = pictures.finished(kLight, Invert::kAuto);
  EXPECT_EQ(set.examples[0], (LabelledRow{"cat", "1.png", {255, 255, 9, 255}}));
  EXPECT_EQ(set.examples[1], (LabelledRow{"ant", "", {255, 8, 255, 255}}));
  EXPECT_FALSE(set.inverted);
}

TEST(ExamplePictures, AreInvertedWhereTheirGroundIsTheOppositeOfTrainings) {
  ExamplePictures pictures(kLight);
  pictures.add("cat", "", {{1, 2, 2}, {0, 0, 246, 0}});
  const auto inverted = pictures.finished(kLight, Invert::kAuto);
  const auto kept = pictures.finished(kLight, Invert::kNo);
  EXPECT_TRUE(inverted.inverted);
  EXPECT_EQ(inverted.examples[0].row, (std::vector<float>{255, 255, 9, 255}));
  EXPECT_EQ(kept.examples[0].row, (std::vector<float>{0, 0, 246, 0}));
  EXPECT_EQ(kept.notes.size(), 1u);
}

}  // namespace
}  // namespace anole
