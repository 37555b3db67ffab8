#include "anole/recipe/recipe.h"

#include <gtest/gtest.h>

#include <set>

#include "anole/core/error.h"
#include "anole/data/splits.h"
#include "tests/error_of.h"

namespace anole {
namespace {

// Blank pictures or rows: `classes` classes of `items`, the last of `last`, split as options say.
LoadedData blank(int classes, int items, const Shape& shape, int last = 0) {
  std::vector<ClassInfo> infos;
  std::int32_t first = 0;
  for (int c = 0; c < classes; ++c) {
    const auto count = c + 1 == classes && last > 0 ? last : items;
    infos.push_back({"class" + std::to_string(c), "", first, count});
    first += count;
  }
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(first) * shape.size());
  auto dataset = ClassDataset::from_bytes(std::move(pixels), shape, {}, infos);
  auto split = cut_split(seeded_split(classes, 0, 0.2), {}, false);
  return {.dataset = std::move(dataset),
          .split = std::move(split),
          .preprocessing = {},
          .name = shape.height > 1 ? "image_folder" : "vectors",
          .split_name = "seeded"};
}

const Shape kGrey{1, 28, 28}, kColour{3, 84, 84}, kTable{192, 1, 1};

TrainOptions recipe(const Shape& shape) {
  TrainOptions options{.train_shots = 20, .inner_steps = 10, .average = 0.999};
  options.data.dataset = shape.height > 1 ? "image_folder" : "vectors";
  options.data.data = "mine";
  options.eval.queries = 5;
  return options;
}

TrainOptions fitted(const LoadedData& data, const std::set<std::string_view>& given = {},
                    TrainOptions options = {}) {
  if (options.data.data.empty()) options = recipe(data.dataset.shape());
  return fit_recipe(options, data, [&](std::string_view name) { return given.contains(name); });
}

TEST(FitRecipe, OfSixtyClassesSetsAQuarterAndAnEighthAside) {
  const auto options = fitted(blank(60, 20, kGrey));
  EXPECT_EQ(options.data.test_fraction, 0.25);
  EXPECT_EQ(options.data.validation_classes, 6);
  EXPECT_EQ(options.ways, 5);
  EXPECT_EQ(options.train_shots, 20);
  EXPECT_EQ(options.inner_steps, 10);
  EXPECT_EQ(options.eval.queries, 5);
  EXPECT_EQ(options.shift, 2);
}

TEST(FitRecipe, LengthFollowsTheSizeOfRows) {
  EXPECT_EQ(fitted(blank(60, 20, kGrey)).iterations, 5700);
  EXPECT_EQ(fitted(blank(60, 20, kColour)).iterations, 1300);
  EXPECT_EQ(fitted(blank(60, 20, kColour)).shift, 6);
  EXPECT_EQ(fitted(blank(60, 20, kTable)).iterations, 20000);
  EXPECT_EQ(fitted(blank(60, 20, kTable)).shift, 0);
}

TEST(FitRecipe, ItsWorkStaysWithinTheBudget) {
  const auto options = fitted(blank(60, 20, kGrey));
  const double work = iteration_gigaflops(options, kGrey) * static_cast<double>(options.iterations);
  EXPECT_GT(work, 0.9 * 45000);
  EXPECT_LE(work, 45000);
}

TEST(FitRecipe, OfTenClassesMakesSmallerTasks) {
  const auto options = fitted(blank(10, 20, kGrey));
  EXPECT_EQ(options.data.test_fraction, 0.3);
  EXPECT_EQ(options.data.validation_classes, 0);
  EXPECT_EQ(options.ways, 3);
}

TEST(FitRecipe, OfFewItemsMakesFewShotsAndSteps) {
  const auto options = fitted(blank(30, 4, kGrey));
  EXPECT_EQ(options.train_shots, 4);
  EXPECT_EQ(options.eval.queries, 3);
  EXPECT_EQ(options.inner_batch, 10);
  EXPECT_EQ(options.inner_steps, 4);  // 20 rows, twice, 10 at a time
}

TEST(FitRecipe, TheSmallestClassDecides) {
  EXPECT_EQ(fitted(blank(30, 20, kGrey, 3)).train_shots, 3);
}

TEST(FitRecipe, WhatTheUserGaveStays) {
  auto options = recipe(kGrey);
  options.iterations = 7;
  options.data.test_fraction = 0.5;
  options.ways = 3;
  const auto found = fitted(blank(60, 20, kGrey), {"iterations", "test_fraction", "ways"}, options);
  EXPECT_EQ(found.iterations, 7);
  EXPECT_EQ(found.data.test_fraction, 0.5);
  EXPECT_EQ(found.ways, 3);
  EXPECT_EQ(found.average, 0);  // an average over ten meta-iterations of seven is none
}

TEST(FitRecipe, AnArrayOfPicturesGetsANetworkForPictures) {
  auto options = recipe(kTable);
  EXPECT_EQ(fitted(blank(30, 20, kTable), {}, options).model.model, "");
  EXPECT_EQ(fitted(blank(30, 20, kGrey), {}, options).model.model, "omniglot_conv4");
}

TEST(FitRecipe, FewValidationClassesOfAUsersSplitAreNotValidatedOn) {
  auto data = blank(40, 20, kGrey);
  data.split_name = "lists";
  data.split.validation = {data.split.train.back(), data.split.train.front()};
  data.split.train = {data.split.train.begin() + 1, data.split.train.end() - 1};
  EXPECT_EQ(fitted(data).eval_every, 0);
}

TEST(FitRecipe, AUsersSplitStays) {
  auto data = blank(40, 20, kGrey);
  data.split_name = "lists";
  const auto options = fitted(data);
  EXPECT_EQ(options.data.test_fraction, DataOptions().test_fraction);
  EXPECT_EQ(options.data.validation_classes, 5);  // of its 32 training classes
}

TEST(FitRecipe, TooFewClassesAreSentToAdapt) {
  EXPECT_EQ(
      error_of([] { fitted(blank(5, 20, kGrey)); }),
      "mine: 5 classes are too few to meta-train on, which takes at least 10: it learns from "
      "classes how to learn others; adapt the start that 'make demo' leaves, or any bundle, to "
      "them: anole adapt --support mine");
  auto data = blank(5, 20, kGrey);
  data.split_name = "lists";
  EXPECT_NE(error_of([&] { fitted(data); })
                .find("4 training and 1 test classes are too few to meta-train on, which takes at "
                      "least 5 and 2"),
            std::string::npos);
}

TEST(FitRecipe, AClassOfOneItemIsNamed) {
  EXPECT_EQ(error_of([] { fitted(blank(12, 20, kGrey, 1)); }),
            "mine: class 'class11' has one item; a class needs two at least, one to learn from and "
            "one to be asked about: add some or take it out");
  EXPECT_NE(error_of([] { fitted(blank(12, 1, kGrey)); }).find("and so have 11 others"),
            std::string::npos);
}

}  // namespace
}  // namespace anole
