#include "anole/data/splits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<ClassInfo> kClasses = {
    {"a", "", 0, 1}, {"b", "", 1, 1}, {"c", "", 2, 1}, {"d", "", 3, 1}, {"e", "", 4, 1}};

TEST(BuiltinList, OfTheAuthorsBeginsLikeTheirShuffle) {
  const auto train = builtin_list("omniglot_authors_train");
  const auto test = builtin_list("omniglot_authors_test");
  ASSERT_EQ(train.size(), 1200u);
  EXPECT_EQ(train[0], "Japanese_(hiragana)/character47");
  EXPECT_EQ(train[1], "Syriac_(Serto)/character02");
  EXPECT_EQ(train[2], "Korean/character07");
  ASSERT_EQ(test.size(), 423u);
  EXPECT_EQ(test[0], "Malayalam/character17");
}

TEST(BuiltinList, PartsOfASplitShareNoCharacter) {
  std::set<std::string> all;
  for (const auto* name :
       {"omniglot_vinyals_train", "omniglot_vinyals_val", "omniglot_vinyals_test"}) {
    for (const auto& character : builtin_list(name)) all.insert(character);
  }
  EXPECT_EQ(all.size(), 1623u);
}

TEST(ListedSplit, FindsClassesInTheOrderOfTheLists) {
  const auto lists =
      listed_split(kClasses, {.train = {"d", "a"}, .validation = {"e"}, .test = {"b"}}, "x");
  EXPECT_THAT(lists.train, ElementsAre(3, 0));
  EXPECT_THAT(lists.validation, ElementsAre(4));
  EXPECT_THAT(lists.test, ElementsAre(1));
}

TEST(ListedSplit, RefusesUnknownAndRepeatedClasses) {
  const std::vector<ClassInfo> classes = {{"Korean/character07", "Korean", 0, 20}};
  EXPECT_EQ(
      error_of([&] { listed_split(classes, {.train = {"Korean/character70"}}, "here"); }),
      "here: 'Korean/character70' is in the split's lists but is no class of the data; did you "
      "mean 'Korean/character07'?");
  EXPECT_THAT(error_of([&] { listed_split(kClasses, {.train = {"a"}, .test = {"a"}}, "here"); }),
              HasSubstr("here: class 'a' is listed twice"));
}

TEST(SeededSplit, DependsOnTheSeedAndCutsTheFraction) {
  const auto one = seeded_split(10, 1, 0.25);  // floor(2.5 + 0.5) = 3
  EXPECT_EQ(one.train.size(), 7u);
  EXPECT_EQ(one.test.size(), 3u);
  EXPECT_EQ(seeded_split(10, 1, 0.25).test, one.test);
  EXPECT_NE(seeded_split(10, 2, 0.25).train, one.train);
  std::set<std::int32_t> all(one.train.begin(), one.train.end());
  all.insert(one.test.begin(), one.test.end());
  EXPECT_EQ(all.size(), 10u);
}

TEST(CutSplit, TurnsTrainingClassesAndNeverTestClasses) {
  const auto split = cut_split({.train = {4, 2}, .test = {1}}, {}, true);
  EXPECT_THAT(split.train,
              ElementsAre(ClassRef{4, 0}, ClassRef{4, 1}, ClassRef{4, 2}, ClassRef{4, 3},
                          ClassRef{2, 0}, ClassRef{2, 1}, ClassRef{2, 2}, ClassRef{2, 3}));
  EXPECT_THAT(split.test, ElementsAre(ClassRef{1, 0}));
}

TEST(CutSplit, MirrorsTrainingClassesAlone) {
  DataOptions options;
  options.mirrors = true;
  options.validation_classes = 1;
  const auto turned = cut_split({.train = {4, 2}, .test = {1}}, options, true);
  EXPECT_THAT(turned.train, ElementsAre(ClassRef{4, 0}, ClassRef{4, 1}, ClassRef{4, 2},
                                        ClassRef{4, 3}, ClassRef{4, 0, true}, ClassRef{4, 1, true},
                                        ClassRef{4, 2, true}, ClassRef{4, 3, true}));
  EXPECT_EQ(turned.validation.size(), 4u);
  EXPECT_THAT(turned.test, ElementsAre(ClassRef{1, 0}));
  const auto upright = cut_split({.train = {4, 2}, .test = {1}}, options, false);
  EXPECT_THAT(upright.train, ElementsAre(ClassRef{4, 0}, ClassRef{4, 0, true}));
}

TEST(CutSplit, TakesValidationClassesFromTheEndRotationsAndAll) {
  DataOptions options;
  options.train_classes = 3;
  options.test_classes = 1;
  options.validation_classes = 1;
  const auto split = cut_split({.train = {0, 1, 2, 3}, .test = {4, 5}}, options, true);
  EXPECT_EQ(split.train.size(), 8u);
  EXPECT_EQ(split.train.back(), (ClassRef{1, 3}));
  EXPECT_THAT(split.validation,
              ElementsAre(ClassRef{2, 0}, ClassRef{2, 1}, ClassRef{2, 2}, ClassRef{2, 3}));
  EXPECT_THAT(split.test, ElementsAre(ClassRef{4, 0}));
}

TEST(CutSplit, CutsValidationClassesThatTheSplitHas) {
  DataOptions options;
  const ClassLists lists = {.train = {0, 1}, .validation = {2, 3}, .test = {4}};
  EXPECT_THAT(cut_split(lists, options, false).validation,
              ElementsAre(ClassRef{2, 0}, ClassRef{3, 0}));
  options.validation_classes = 1;
  const auto split = cut_split(lists, options, false);
  EXPECT_THAT(split.validation, ElementsAre(ClassRef{2, 0}));
  EXPECT_THAT(split.train, ElementsAre(ClassRef{0, 0}, ClassRef{1, 0}));
}

TEST(CutSplit, RefusesToCutMoreThanThereIs) {
  DataOptions options;
  options.train_classes = 3;
  EXPECT_EQ(error_of([&] {
              cut_split({.train = {0, 1}, .test = {2}}, options, true);
            }),
            "train_classes = 3, but the split has 2 such classes; use at most 2, or 0 for all");
  options = {};
  options.validation_classes = 2;
  EXPECT_EQ(error_of([&] {
              cut_split({.train = {0, 1}, .test = {2}}, options, true);
            }),
            "validation_classes = 2 leaves none of the 2 training classes; use fewer");
}

TEST(ListLines, SkipsEmptyLinesAndCarriageReturns) {
  EXPECT_THAT(list_lines("a b\r\n\n  c \n\td"), ElementsAre("a b", "c", "d"));
}

}  // namespace
}  // namespace anole
