#include "anole/data/own/own_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Parts = std::array<bool, 3>;

const std::vector<ClassInfo> kClasses = {
    {"a", "", 0, 1}, {"b", "", 1, 1}, {"c", "", 2, 1}, {"d", "", 3, 1}};
constexpr Parts kTrain{true, false, false}, kValidation{false, true, false},
    kTest{false, false, true}, kBoth{true, false, true};

// The names of a part, without spaces: "ab".
std::string text(const std::vector<ClassRef>& refs) {
  std::string names;
  for (const auto& ref : refs) names += kClasses[static_cast<std::size_t>(ref.class_index)].name;
  return names;
}

// "training/validation/test".
std::string parts(const OwnSplit& split) {
  return text(split.split.train) + "/" + text(split.split.validation) + "/" +
         text(split.split.test);
}

OwnSplit by_lists(std::vector<ListFile> lists, const DataOptions& options = {}) {
  return split_own({.classes = kClasses, .lists = std::move(lists), .where = "here"}, options);
}

OwnSplit by_folders(const std::vector<Parts>& in, const DataOptions& options = {}) {
  return split_own({.classes = kClasses, .divided = true, .parts = in, .where = "here"}, options);
}

TEST(SplitOwn, FollowsListFilesEachOnItsOwn) {
  EXPECT_EQ(parts(by_lists({{"train.txt", "c\na"}})), "ca//bd");
  EXPECT_EQ(parts(by_lists({{"test.txt", "c\na"}})), "bd//ca");
  EXPECT_EQ(parts(by_lists({{"val.txt", "c\na"}})), "bd/ca/");
  EXPECT_EQ(parts(by_lists({{"train.txt", "c"}, {"valid.txt", "a"}})), "c/a/bd");
  EXPECT_EQ(parts(by_lists({{"Test.txt", "c"}, {"val.txt", "a"}})), "bd/a/c");
  EXPECT_EQ(by_lists({{"test.txt", "c\na"}}).name, "lists");
}

TEST(SplitOwn, LeavesOutWhatIsInNoListAndSaysSo) {
  const auto split = by_lists({{"train.txt", "c"}, {"test.txt", "a"}});
  EXPECT_EQ(parts(split), "c//a");
  EXPECT_THAT(split.notes, ElementsAre("in no list, so not used: 'b' and 'd'"));
}

TEST(SplitOwn, AnEmptyListIsAPartWithoutClasses) {
  EXPECT_EQ(parts(by_lists({{"train.txt", "a\nb"}, {"test.txt", ""}})), "ab//");
}

TEST(SplitOwn, ReadsNamesAsPeopleWriteThem) {
  EXPECT_EQ(parts(by_lists({{"train.txt", "\xEF\xBB\xBF./c/\r\n# the others\r\r\n a \r\n"}})),
            "ca//bd");
}

TEST(SplitOwn, ComparesNamesInOneFormOfUnicode) {
  const std::vector<ClassInfo> classes = {
      {"caf\xC3\xA9", "", 0, 1}, {"x/y", "x", 1, 1}, {"#1", "", 2, 1}};
  const auto split = split_own(
      {.classes = classes, .lists = {{"train.txt", "cafe\xCC\x81\nx\\y\n#1\n"}}, .where = "here"},
      {});
  EXPECT_THAT(split.split.train, ElementsAre(ClassRef{0}, ClassRef{1}, ClassRef{2}));
}

TEST(SplitOwn, RefusesListsThatNobodyCanFollow) {
  EXPECT_EQ(error_of([] {
              by_lists({{"train.txt", "a\nx"}});
            }),
            "here: 'x' is in the split's lists but is no class of the data; did you mean 'a'?");
  EXPECT_THAT(error_of([] {
                by_lists({{"train.txt", "a"}, {"test.txt", "a"}});
              }),
              HasSubstr("here: class 'a' is listed twice"));
  EXPECT_THAT(error_of([] {
                by_lists({{"val.txt", "a"}, {"valid.txt", "b"}});
              }),
              HasSubstr("here: val.txt and valid.txt both list the validation classes"));
  EXPECT_THAT(
      error_of([] {
        by_lists({{"train.txt", "a/1.png"}});
      }),
      HasSubstr("'a/1.png' in the split's lists is a picture, expected the name of a class"));
  EXPECT_THAT(error_of([] {
                by_lists({{"train.txt", std::string("\xFF\xFE"
                                                    "a\0",
                                                    4)}});
              }),
              HasSubstr("here: train.txt: found text in UTF-16"));
  EXPECT_THAT(error_of([] { by_lists({}, {.split = "lists"}); }),
              HasSubstr("here: the split 'lists' needs train.txt or test.txt"));
}

TEST(SplitOwn, PassesOverListsBesideATableThatNameOtherThings) {
  const OwnClasses table{.classes = kClasses,
                         .lists = {{"train.txt", "a\nx"}},
                         .lists_may_be_foreign = true,
                         .where = "t.csv"};
  const auto split = split_own(table, {});
  EXPECT_EQ(split.name, "seeded");
  EXPECT_THAT(split.notes, ElementsAre("train.txt beside t.csv is not used, since it names what is "
                                       "no class there"));
  EXPECT_THAT(error_of([&] { split_own(table, {.split = "lists"}); }), HasSubstr("'x' is in"));
}

TEST(SplitOwn, FollowsFoldersBeforeLists) {
  EXPECT_EQ(parts(by_folders({kTrain, kTest, kValidation, kTrain})), "ad/c/b");
  const auto split = split_own({.classes = kClasses,
                                .divided = true,
                                .parts = std::vector<Parts>{kTrain, kTrain, kTest, kTest},
                                .lists = {{"train.txt", "d"}},
                                .where = "here"},
                               {});
  EXPECT_EQ(parts(split), "ab//cd");
  EXPECT_EQ(split.name, "folders");
  EXPECT_THAT(split.notes, ElementsAre("train.txt is not used, since folders divide the classes; "
                                       "--split lists follows it"));
}

TEST(SplitOwn, RefusesAClassInTwoPartsAndNamesTheTwoWaysOut) {
  const std::vector<Parts> in{kTrain, kBoth, kBoth, kTest};
  EXPECT_EQ(
      error_of([&] { by_folders(in); }),
      "here: classes 'b' and 'c' are in train/ and test/; what is learned from must not be "
      "tested on, so a class belongs to one part. Either move all its pictures into one part, "
      "or use --split seeded, which puts the pictures of all parts together, one class a "
      "name, and divides the classes anew");
  EXPECT_EQ(by_folders(in, {.split = "seeded", .test_fraction = 0.25}).split.test.size(), 1u);
}

TEST(SplitOwn, NeedsFoldersForTheSplitOfFolders) {
  EXPECT_THAT(error_of([] { by_lists({}, {.split = "folders"}); }),
              HasSubstr("the split 'folders' needs folders train, val or test"));
}

TEST(SplitOwn, TakesAllClassesOfDataThatNothingWasTrainedOn) {
  const auto split = by_lists({}, {.split_seed = 9, .train_classes = 3, .known = ClassParts{}});
  EXPECT_EQ(parts(split), "//abcd");
  EXPECT_EQ(split.name, "all");
  EXPECT_THAT(split.notes, IsEmpty());
}

TEST(SplitOwn, TakesTheTestPartOfForeignDataThatIsDivided) {
  const DataOptions foreign{.known = ClassParts{}};
  const auto split = by_folders({kTrain, kBoth, kTest, kTrain}, foreign);
  EXPECT_EQ(parts(split), "ad//bc");
  EXPECT_THAT(split.notes,
              ElementsAre("the folders divide the classes: 2 of 4 are test classes; --split-part "
                          "chooses another part, --split all takes all"));
  EXPECT_EQ(parts(by_lists({{"test.txt", "d"}}, foreign)), "abc//d");
  const auto none = by_folders({kTrain, kTrain, kValidation, kValidation}, foreign);
  EXPECT_EQ(parts(none), "//abcd");
  EXPECT_EQ(none.name, "all");
}

TEST(SplitOwn, KeepsThePartsOfATraining) {
  const DataOptions run{.split_seed = 3, .known = ClassParts{{"d", "b"}, {}, {"c", "a"}, {}}};
  const auto split = by_lists({}, run);
  EXPECT_EQ(parts(split), "db//ca");
  EXPECT_EQ(split.name, "seeded");
  EXPECT_THAT(split.notes, IsEmpty());
}

TEST(SplitOwn, GivesNewClassesToTestingAndSaysWhatChanged) {
  const DataOptions run{.known = ClassParts{{"b", "x"}, {"c"}, {"y"}, {}}};
  const auto split = by_lists({}, run);
  EXPECT_EQ(parts(split), "b/c/ad");
  EXPECT_THAT(split.notes,
              ElementsAre("the data has changed since training: new, so test classes: 'a' and 'd'",
                          "the data has changed since training: gone: 'x' and 'y'"));
}

TEST(SplitOwn, NeverTestsWhatWasTrainedOnWhereverItIsNow) {
  const DataOptions run{.known = ClassParts{{"a", "b"}, {}, {"c"}, {}}};
  const auto split = by_folders({kTrain, kTest, kTest, kTrain}, run);
  EXPECT_EQ(parts(split), "abd//c");
  EXPECT_THAT(split.notes,
              ElementsAre("the data has changed since training: trained on, so no test classes, "
                          "wherever they are now: 'b'",
                          "the data has changed since training: new, but divided into training: "
                          "'d'"));
}

TEST(SplitOwn, LeavesUnusedWhatTheTrainingLeftUnused) {
  const DataOptions run{.test_classes = 1, .known = ClassParts{{"a"}, {}, {"b"}, {"c"}}};
  EXPECT_EQ(parts(by_lists({}, run)), "a//bd");
}

TEST(SplitOwn, SaysThatNoClassHasANameOfTheTraining) {
  const DataOptions run{.train_classes = 2, .known = ClassParts{{"x", "y"}, {}, {}, {}}};
  const auto split = by_lists({}, run);
  EXPECT_EQ(parts(split), "//abcd");
  EXPECT_THAT(split.notes, ElementsAre("no class here has the name of one that took part in "
                                       "training: all are new"));
}

TEST(ClassPartsOf, NameEachClassOnceInTheOrderOfTheSplit) {
  const auto dataset =
      ClassDataset::from_rows(std::vector<float>{1, 2, 3, 4}, {1, 1, 1},
                              std::vector<std::int32_t>{0, 1, 2, 3}, {"a", "b", "c", "d"});
  const ClassSplit split{.train = {{2, 0}, {2, 1}, {0, 0}}, .validation = {}, .test = {{3, 0}}};
  EXPECT_EQ(class_parts(dataset, split), (ClassParts{{"c", "a"}, {}, {"d"}, {"b"}}));
}

}  // namespace
}  // namespace anole
