#include "anole/support/learn_examples.h"

#include <gtest/gtest.h>

#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "anole/support/example_pictures.h"
#include "anole/support/files.h"
#include "tests/error_of.h"

namespace anole {
namespace {

Bundle of_light_pictures() {
  Bundle bundle;
  bundle.spec = make_model({.model = "mlp"}, {1, 4, 4}, 2, Loss::kCrossEntropy);
  bundle.meta.params = initial_params(bundle.spec, Rng(1, Stream::kInit));
  bundle.schedule = {.batch = 2, .steps = 3};
  bundle.preprocessing = {.shape = {1, 4, 4}, .scale = 1.0 / 255, .ground = Ground::kLight};
  return bundle;
}

// A stroke at `place` on the other ground.
Image light_on_dark(std::size_t place) {
  Image image{{1, 4, 4}, std::vector<std::uint8_t>(16, 0)};
  image.pixels[place] = image.pixels[place + 1] = 255;
  return image;
}

SupportSet two_pictures(const Preprocessing& how, Invert invert) {
  ExamplePictures pictures(how);
  pictures.add("above", "", light_on_dark(5));
  pictures.add("below", "", light_on_dark(9));
  return pictures.finished(how, invert);
}

TEST(BeginWith, PicturesOfTheOppositeGroundTwiceIsAsOnce) {
  Adapter adapter(of_light_pictures(), learners());
  const auto begin = [&] {
    begin_with(adapter, two_pictures(start_rows(adapter.bundle()), Invert::kAuto), {});
    return bundle_bytes(adapter.bundle(), "test");
  };
  const auto once = begin();
  EXPECT_TRUE(adapter.bundle().preprocessing.invert);
  EXPECT_TRUE(begin() == once);
}

TEST(AddTo, TakesPicturesOfTheGroundThatTheBundleHasNow) {
  Adapter adapter(of_light_pictures(), learners());
  begin_with(adapter, two_pictures(start_rows(adapter.bundle()), Invert::kAuto), {});
  const auto how = rows_taken(adapter.bundle());
  add_to(adapter, two_pictures(how, Invert::kAuto), {"more", "turn them"});
  EXPECT_EQ(adapter.bundle().examples.size(), 4u);
  EXPECT_EQ(error_of([&] {
              add_to(adapter, two_pictures(how, Invert::kNo), {"more", "turn them"});
            }),
            "more: the ground of these pictures is the opposite of the bundle's; turn them");
}

}  // namespace
}  // namespace anole
