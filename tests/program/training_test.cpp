#include "anole/program/training.h"

#include <gtest/gtest.h>

#include "anole/core/rng.h"
#include "anole/data/splits.h"
#include "tests/error_of.h"

namespace anole {
namespace {

// 24 classes of 20 rows of 4 numbers.
LoadedData rows_of(const DataOptions& options) {
  Rng rng(1, Stream::kInit);
  std::vector<float> rows(24 * 20 * 4);
  std::vector<std::int32_t> labels(24 * 20);
  std::vector<std::string> names;
  for (auto& value : rows) value = rng.normal();
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int32_t>(i / 20);
  for (int i = 0; i < 24; ++i) names.push_back("class" + std::to_string(i));
  auto dataset = ClassDataset::from_rows(rows, {.channels = 4}, labels, names);
  ClassSplit split;
  for (std::int32_t i = 0; i < 24; ++i) {
    auto& part = i < (options.test_fraction > 0.22 ? 18 : 19) ? split.train : split.test;
    part.push_back({.class_index = i});
  }
  return {.dataset = std::move(dataset),
          .split = std::move(split),
          .preprocessing = {.shape = {.channels = 4}, .scale = 1},
          .name = "vectors",
          .split_name = "seeded"};
}

TEST(TrainingRequest, ForRowsInMemoryIsTheRecipeOfOwnData) {
  const auto request = training_request(Arguments{}, {.load = rows_of});
  EXPECT_TRUE(request.own_data);
  const auto& options = request.config.train;
  EXPECT_EQ(options.data.dataset, "vectors");
  EXPECT_TRUE(options.data.standardize);
  EXPECT_TRUE(options.label_symmetry);
  EXPECT_EQ(options.ways, 5);
  EXPECT_EQ(options.train_shots, 20);
  ASSERT_EQ(request.notes.size(), 1U);
}

TEST(TrainingRequest, ForRowsInMemoryKeepsWhatWasGiven) {
  const Arguments given{.flags = {{"ways", "3"}, {"iterations", "12"}, {"standardize", "false"}},
                        .spelling = keyword_spelling};
  const auto options = training_request(given, {.load = rows_of}).config.train;
  EXPECT_EQ(options.ways, 3);
  EXPECT_EQ(options.iterations, 12);
  EXPECT_FALSE(options.data.standardize);
}

TEST(TrainingRequest, NamesMistakesInOptionsBeforeItLoadsAnything) {
  const Arguments given{.flags = {{"ways", "1"}}, .spelling = keyword_spelling};
  const RowsInMemory rows{
      .load = [](const DataOptions&) -> LoadedData { throw Error("it was loaded"); }};
  EXPECT_EQ(error_of([&] { (void)training_request(given, rows); }),
            "ways: expected an integer at least 2, found '1'");
}

TEST(TrainingRequest, WithoutAnythingTakesTheGlyphsConfig) {
  const auto request = training_request(Arguments{}, std::filesystem::path());
  EXPECT_FALSE(request.own_data);
  EXPECT_EQ(request.config.train.data.dataset, "glyphs");
  EXPECT_NE(request.config.train.iterations, TrainOptions().iterations);
}

TEST(TrainingRequest, ForRowsInMemoryTakesAConfigInThePlaceOfTheRecipe) {
  const Arguments given{.positionals = {"sine"}, .flags = {{"ways", "3"}}};
  const auto request = training_request(given, {.load = rows_of});
  EXPECT_EQ(request.config.train.data.dataset, "vectors");
  EXPECT_EQ(request.config.train.iterations, 30000);
  EXPECT_EQ(request.config.train.ways, 3);
}

TEST(TrainingRequest, RefusesDataThatIsNamedBesideRowsInMemory) {
  const Arguments other{.flags = {{"dataset", "omniglot"}}, .spelling = keyword_spelling};
  EXPECT_EQ(error_of([&] { (void)training_request(other, {.load = rows_of}); }),
            "dataset: found 'omniglot', but the rows are in memory; leave it out");
  const Arguments path{.flags = {{"data", "x.npy"}}, .spelling = keyword_spelling};
  EXPECT_EQ(error_of([&] { (void)training_request(path, {.load = rows_of}); }),
            "data: found 'x.npy', but the rows are in memory; leave it out");
}

TEST(TrainingRequest, RefusesOptionsThatRowsInMemoryDoNotUse) {
  const Arguments given{.flags = {{"mirrors", "true"}}, .spelling = keyword_spelling};
  EXPECT_EQ(error_of([&] { (void)training_request(given, {.load = rows_of}); }),
            "vectors does not use the option mirrors; leave it out");
}

}  // namespace
}  // namespace anole
