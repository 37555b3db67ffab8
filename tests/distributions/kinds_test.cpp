#include "anole/distributions/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anole/distributions/class_distribution.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::HasSubstr;

std::string load_error(const DataOptions& options) {
  return error_of([&] { load_distribution(options); });
}

TEST(LoadDistribution, NamesTheNearest) {
  EXPECT_THAT(load_error({.dataset = "omniglott"}),
              HasSubstr("unknown data set 'omniglott'; known are glyphs, omniglot, "));
  EXPECT_THROW(load_distribution({.dataset = "omniglott"}), UsageError);
}

TEST(LoadDistribution, RefusesOptionsThatItDoesNotUse) {
  EXPECT_EQ(load_error({.dataset = "omniglot", .label_column = "class"}),
            "omniglot does not use the option label_column; leave it out");
  EXPECT_EQ(load_error({.dataset = "vectors", .mirrors = true}),
            "vectors does not use the option mirrors; leave it out");
  EXPECT_EQ(load_error({.dataset = "sine", .split = "seeded"}),
            "sine does not use the option split; leave it out");
  EXPECT_EQ(load_error({.dataset = "sine", .train_classes = 5}),
            "sine does not use the option train_classes; leave it out");
}

TEST(LoadDistribution, ASwitchThatIsOffAsksForNothing) {
  EXPECT_EQ(load_error({.dataset = "sine", .rotations = false}), "");
}

TEST(LoadDistribution, NamesTheSplitsThereAre) {
  EXPECT_EQ(load_error({.dataset = "omniglot", .split = "author"}),
            "omniglot has no split 'author'; known are authors, vinyals, background_evaluation, "
            "seeded; did you mean 'authors'?");
  EXPECT_EQ(load_error({.dataset = "omniglot", .split = "authors", .split_seed = 3}),
            "split_seed has no effect on the split 'authors'; leave it out, or use the split "
            "'seeded'");
}

TEST(SplitNames, AreThoseOfAllDistributionsOnce) {
  EXPECT_EQ(split_names(), (std::vector<std::string_view>{"alphabets", "seeded", "authors",
                                                          "vinyals", "background_evaluation",
                                                          "ravi", "lists", "folders", "all"}));
}

TEST(Understood, DropsWhatOnlyOtherDistributionsUse) {
  const auto options = understood({.dataset = "vectors", .image_size = 28, .label_column = "y"});
  EXPECT_EQ(options.image_size, 0);
  EXPECT_EQ(options.label_column, "y");
}

TEST(UsualModel, FollowsTheNameAndTheImageSize) {
  EXPECT_EQ(usual_model("omniglot", {1, 28, 28}), "omniglot_conv4");
  EXPECT_EQ(usual_model("glyphs", {1, 28, 28}), "omniglot_conv4");
  EXPECT_EQ(usual_model("miniimagenet", {3, 84, 84}), "miniimagenet_conv4");
  EXPECT_EQ(usual_model("image_folder", {3, 28, 28}), "omniglot_conv4");
  EXPECT_EQ(usual_model("image_folder", {3, 29, 29}), "miniimagenet_conv4");
  EXPECT_EQ(usual_model("vectors", {12, 1, 1}), "mlp");
  EXPECT_EQ(usual_model("sine", {1, 1, 1}), "sine_mlp");
  EXPECT_EQ(usual_model("a program's own", {12, 1, 1}), "mlp");
}

TEST(CheckDataset, SaysWhatHasNothingToCheck) {
  EXPECT_EQ(error_of([] { check_dataset({.dataset = "glyphs"}); }),
            "glyphs is generated and has no files to check");
  EXPECT_THAT(error_of([] { check_dataset({.dataset = "omniglott"}); }),
              HasSubstr("; did you mean 'omniglot'?"));
  EXPECT_EQ(error_of([] { check_dataset({.dataset = "omniglot", .label_column = "y"}); }),
            "omniglot does not use the option label_column; leave it out");
}

TEST(FindDistributions, SaysWhatIsFoundAndWhere) {
  TempFolder folder;
  write_file(folder.path() / "omniglot/images_background.zip", std::string("x"));
  const auto found = find_distributions(folder.path());
  EXPECT_EQ(found[0].kind->name, "glyphs");
  EXPECT_TRUE(found[0].found);
  EXPECT_EQ(found[1].kind->name, "omniglot");
  EXPECT_FALSE(found[1].found);
  EXPECT_EQ(found[1].where, folder.path() / "omniglot");
  write_file(folder.path() / "omniglot/images_evaluation/a.png", std::string("x"));
  EXPECT_TRUE(find_distributions(folder.path())[1].found);
  EXPECT_TRUE(find_distributions(folder.path() / "omniglot")[1].found);
}

TEST(ClassDistribution, HasAPartIfItHasClasses) {
  LoadedData data;
  data.dataset = ClassDataset::from_rows(std::vector<float>{1, 2}, {.channels = 1},
                                         std::vector<std::int32_t>{0, 1}, {"a", "b"});
  data.split.train = {{.class_index = 0}, {.class_index = 1}};
  const ClassDistribution distribution(std::move(data));
  EXPECT_TRUE(distribution.has(Part::kTrain));
  EXPECT_FALSE(distribution.has(Part::kTest));
  EXPECT_EQ(distribution.form(2).outputs, 2);
  EXPECT_EQ(distribution.rows(5, 10), 50);
}

TEST(SineDistribution, HasPointsAndNoClasses) {
  const auto sine = load_distribution({.dataset = "sine"});
  EXPECT_EQ(sine->classes(), nullptr);
  EXPECT_EQ(sine->form(5).outputs, 1);
  EXPECT_EQ(sine->form(5).answer, AnswerKind::kValue);
  EXPECT_EQ(sine->rows(5, 10), 10);
  EXPECT_TRUE(sine->has(Part::kValidation));
}

}  // namespace
}  // namespace anole
