#include "anole/data/own/class_folders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Pictures of these names in a folder, listed.
class ClassFoldersTest : public ::testing::Test {
 protected:
  void write(const std::vector<std::string>& names) {
    for (const auto& name : names) write_file(folder_.path() / name, Bytes{1});
  }
  ClassFolders list(TopFolders top = TopFolders::kUsual) const {
    return list_class_folders(folder_.path(), top);
  }
  std::string refusal(TopFolders top = TopFolders::kUsual) const {
    const auto message = error_of([&] { list(top); });
    const auto where = folder_.path().string();
    return message.starts_with(where) ? message.substr(where.size()) : message;
  }
  static std::vector<std::string> names(const ClassFolders& folders) {
    std::vector<std::string> result;
    for (const auto& info : folders.set.classes) result.push_back(info.name);
    return result;
  }
  using Parts = std::array<bool, 3>;

  TempFolder folder_;
};

TEST_F(ClassFoldersTest, NameClassesByTheirPath) {
  write({"b/1.png", "a/left/1.png", "a/right/1.png", "a/notes.txt"});
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("a/left", "a/right", "b"));
  EXPECT_EQ(folders.set.classes[0].group, "a");
  EXPECT_FALSE(folders.divided);
  EXPECT_THAT(folders.notes, IsEmpty());
}

TEST_F(ClassFoldersTest, ArePartsOfASplitByTheNameOfTheirTopFolder) {
  write({"Train/a/1.png", "VALID/b/1.png", "test/g/c/1.png"});
  const auto folders = list();
  EXPECT_TRUE(folders.divided);
  EXPECT_THAT(names(folders), ElementsAre("a", "b", "g/c"));
  EXPECT_THAT(folders.parts, ElementsAre(Parts{true, false, false}, Parts{false, true, false},
                                         Parts{false, false, true}));
}

TEST_F(ClassFoldersTest, MayLieBelowOneFolderThatWrapsTheParts) {
  write({"set/v2/train/a/1.png", "set/v2/test/b/1.png", "set/README.txt"});
  const auto folders = list();
  EXPECT_TRUE(folders.divided);
  EXPECT_EQ(folders.root, "set/v2/");
  EXPECT_THAT(names(folders), ElementsAre("a", "b"));
}

TEST_F(ClassFoldersTest, KeepAWrappingFolderThatHoldsNoParts) {
  write({"set/a/1.png", "set/b/1.png"});
  EXPECT_THAT(names(list()), ElementsAre("set/a", "set/b"));
}

TEST_F(ClassFoldersTest, OfSeveralPartsWithOneNameAreOneClass) {
  write({"train/a/1.png", "test/a/1.png", "test/a/2.png"});
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("a"));
  EXPECT_EQ(folders.set.classes[0].items, 3);
  EXPECT_THAT(folders.parts, ElementsAre(Parts{true, false, true}));
}

TEST_F(ClassFoldersTest, AreNoPartsWhereClassesAreNamedSo) {
  write({"train/1.png", "car/1.png", "bus/1.png"});
  const auto vehicles = list();
  EXPECT_FALSE(vehicles.divided);
  EXPECT_THAT(names(vehicles), ElementsAre("bus", "car", "train"));
  EXPECT_THAT(vehicles.notes, IsEmpty());
}

TEST_F(ClassFoldersTest, SayThatFoldersNamedLikePartsAreClasses) {
  write({"train/1.png", "test/1.png"});
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("test", "train"));
  EXPECT_THAT(folders.notes, ElementsAre("taken as classes, since they hold no class folders: "
                                         "'test' and 'train'"));
}

TEST_F(ClassFoldersTest, NamedTrainAloneDivideNothing) {
  write({"train/a/1.png", "train/b/1.png"});
  const auto folders = list();
  EXPECT_FALSE(folders.divided);
  EXPECT_EQ(folders.root, "train/");
  EXPECT_THAT(names(folders), ElementsAre("a", "b"));
  EXPECT_THAT(folders.notes, ElementsAre(HasSubstr("'train' is the only folder")));
  EXPECT_TRUE(list(TopFolders::kParts).divided);
}

TEST_F(ClassFoldersTest, NamedTestAloneAreTestClasses) {
  write({"test/a/1.png", "test/b/1.png"});
  EXPECT_THAT(list().parts, ElementsAre(Parts{false, false, true}, Parts{false, false, true}));
}

TEST_F(ClassFoldersTest, RefuseHalfADivision) {
  write({"train/a/1.png", "test/b/1.png", "extra/c/1.png"});
  EXPECT_THAT(refusal(), HasSubstr("the folders 'test' and 'train' look like the parts of a split, "
                                   "but 'extra' beside them does not; move it away"));
  EXPECT_THAT(names(list(TopFolders::kClasses)), ElementsAre("extra/c", "test/b", "train/a"));
  const auto parts = list(TopFolders::kParts);
  EXPECT_THAT(names(parts), ElementsAre("a", "b"));
  EXPECT_THAT(parts.notes, ElementsAre("the split 'folders' leaves out the folder 'extra'"));
}

TEST_F(ClassFoldersTest, SayWhyOneFolderIsNoPart) {
  write({"train/a/1.png", "unlabelled/1.png"});
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("train/a", "unlabelled"));
  EXPECT_THAT(folders.notes,
              ElementsAre("'train' is not taken as a part of a split, since others are beside it "
                          "('unlabelled'); --split folders takes it as one"));
}

TEST_F(ClassFoldersTest, RefuseAPartWithPicturesOutsideOfClasses) {
  write({"train/a/1.png", "test/1.png", "test/2.png"});
  EXPECT_EQ(
      refusal(),
      ": 2 pictures in 'test' are in no class folder, the first: test/1.png; 'test' is a part "
      "of the split: sort its pictures into class folders, or, if nobody knows their classes, "
      "move them out of the data set");
}

TEST_F(ClassFoldersTest, RefuseTwoFoldersOfOnePart) {
  write({"train/a/1.png", "val/b/1.png", "validation/c/1.png"});
  EXPECT_EQ(refusal(),
            ": the folders 'val' and 'validation' are both the validation part of the split; make "
            "them one");
}

TEST_F(ClassFoldersTest, SayThatAPartIsEmpty) {
  write({"train/a/1.png", "test/b/1.png"});
  fs::create_directory(folder_.path() / "val");
  fs::create_directory(folder_.path() / "labels");
  EXPECT_THAT(list().notes,
              ElementsAre("the folder 'labels' holds no pictures and is left alone",
                          "the folder 'val' is empty: the split has no such classes"));
}

TEST_F(ClassFoldersTest, RefuseAnEmptyClassInAPart) {
  write({"train/a/1.png", "test/b/1.png"});
  fs::create_directory(folder_.path() / "test/c");
  EXPECT_THAT(refusal(), HasSubstr("class 'test/c' has no PNG, JPEG or WebP pictures"));
}

TEST_F(ClassFoldersTest, TellPicturesThatAreLeftOut) {
  write({"a/1.png", "a/2.GIF", "a/3.gif", "b/1.png", "b/1.tiff"});
  EXPECT_THAT(list().notes, ElementsAre("3 files left out (2 .gif, 1 .tiff): convert them to PNG"));
  write({"c/1.gif"});
  EXPECT_THAT(refusal(), HasSubstr("class 'c' has no PNG, JPEG or WebP pictures (1 .gif, which is "
                                   "not read); add some"));
}

TEST_F(ClassFoldersTest, WithTheSameLettersInOtherBytesAreOneClass) {
  write({"caf\xC3\xA9/1.png", "cafe\xCC\x81/2.png", "tea/1.png"});
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("caf\xC3\xA9", "tea"));
  EXPECT_EQ(folders.set.classes[0].items, 2);
  EXPECT_THAT(folders.notes, ElementsAre(HasSubstr("2 folders are the class 'caf\xC3\xA9'")));
}

TEST_F(ClassFoldersTest, TellLinksThatLeadNowhereOrBack) {
  write({"a/1.png", "b/1.png"});
  fs::create_directory_symlink(".", folder_.path() / "latest");
  fs::create_symlink("gone.png", folder_.path() / "b/2.png");
  const auto folders = list();
  EXPECT_THAT(names(folders), ElementsAre("a", "b"));
  EXPECT_THAT(folders.notes, ElementsAre("left out: b/2.png: a link to nothing",
                                         "left out: latest: a link to a folder that it is in"));
}

}  // namespace
}  // namespace anole
