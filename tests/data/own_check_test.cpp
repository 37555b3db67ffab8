#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anole/data/own/check.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto problem(const std::string& where, const std::string& reason) {
  return AllOf(Field(&DataProblem::where, HasSubstr(where)),
               Field(&DataProblem::reason, HasSubstr(reason)));
}

// A square of 8 pixels, of one value but for the first.
Bytes square(std::uint8_t first, std::uint8_t others = 255) {
  Bytes pixels(64, others);
  pixels[0] = first;
  return png(8, 8, SPNG_COLOR_TYPE_GRAYSCALE, 8, pixels);
}

class CheckImageFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, const Bytes& bytes) {
    write_file(folder_.path() / name, bytes);
  }
  DataReport check() const { return check_image_folder({.data = folder_.path()}); }

  TempFolder folder_;
};

TEST_F(CheckImageFolder, ReadsEveryPicture) {
  write("a/1.png", square(1));
  write("b/1.png", square(2));
  write("b/2.png", {});
  const auto report = check();
  EXPECT_EQ(report.classes, 2);
  EXPECT_EQ(report.items, 3);
  EXPECT_EQ(report.parts[0].fewest, 1);
  EXPECT_EQ(report.parts[0].most, 2);
  EXPECT_EQ(report.image, "8x8 grey");
  EXPECT_THAT(
      report.problems,
      ElementsAre(problem("/b/2.png", "the file is empty, expected a PNG, JPEG or WebP image")));
}

TEST_F(CheckImageFolder, TellsWhatTheSplitWouldRefuseAndGoesOn) {
  write("train/a/1.png", square(1));
  write("test/a/2.png", Bytes{'x'});
  EXPECT_THAT(check().problems,
              ElementsAre(problem("", "class 'a' is in train/ and test/"),
                          problem("/test/a/2.png", "not a PNG, JPEG or WebP image")));
}

TEST_F(CheckImageFolder, TellsThatAClassHasNoPictures) {
  write("a/1.png", square(1));
  fs::create_directory(folder_.path() / "c");
  EXPECT_THAT(check().problems, ElementsAre(problem("", "class 'c' has no PNG")));
}

TEST_F(CheckImageFolder, FindsEqualPicturesInTwoClassesHoweverTheyAreStored) {
  write("a/1.png", square(1));
  write("a/2.png", square(2));
  Bytes deep(64 * 3, 255);
  deep[0] = deep[1] = deep[2] = 1;
  write("b/1.png", png(8, 8, SPNG_COLOR_TYPE_TRUECOLOR, 8, deep));
  const auto problems = check().problems;
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].reason, HasSubstr("classes 'a' and 'b' hold 1 equal picture, such as "));
  EXPECT_THAT(problems[0].reason, HasSubstr("/a/1.png and "));
  EXPECT_THAT(problems[0].reason, HasSubstr("/b/1.png"));
}

TEST_F(CheckImageFolder, NotesWhatIsOdd) {
  write("a/1.png", square(1));
  write("a/2.png", square(1));
  write("b/1.png", square(7, 7));
  write("b/2.png", png(9, 8, SPNG_COLOR_TYPE_GRAYSCALE, 8, Bytes(72, 3)));
  write("b/3.png", png(2, 2, SPNG_COLOR_TYPE_GRAYSCALE, 8, {0, 1, 2, 3}));
  write("c/1.png", square(3));
  write("c/2.gif", Bytes{1});
  const auto report = check();
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_THAT(report.notes, Contains("1 file left out (.gif): convert it to PNG"));
  EXPECT_THAT(report.notes, Contains(HasSubstr("class 'a' holds 1 picture more than once")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("2 pictures are blank, one value all over: ")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("1 picture is not square")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("1 picture is smaller than 8 pixels: ")));
  EXPECT_THAT(report.notes, Contains("with a single picture, so that there is none to ask about: "
                                     "'c'"));
  EXPECT_THAT(report.notes,
              Contains(HasSubstr("with fewer than 10 pictures, which training with "
                                 "the usual train_shots asks for: 'a' (2) and 'b' (3)")));
}

TEST_F(CheckImageFolder, NeedsToBeTold) {
  EXPECT_THAT(error_of([] { check_image_folder({}); }), HasSubstr("name the folder"));
  EXPECT_THAT(check_image_folder({.data = "/nowhere"}).problems,
              ElementsAre(problem("/nowhere", "no such zip or folder")));
}

class CheckVectors : public ::testing::Test {
 protected:
  DataReport check(const std::string& table) const {
    write_file(folder_.path() / "t.csv", table);
    return check_vectors({.data = folder_.path() / "t.csv"});
  }
  TempFolder folder_;
};

TEST_F(CheckVectors, CountsRowsAndClasses) {
  const auto report = check("1,2,a\n3,4,a\n5,6,b\n7,9,b\n");
  EXPECT_EQ(report.classes, 2);
  EXPECT_EQ(report.items, 4);
  EXPECT_THAT(report.problems, IsEmpty());
}

TEST_F(CheckVectors, FindsEqualRowsInTwoClasses) {
  EXPECT_THAT(check("1,2,a\n3,4,a\n3,4,b\n7,9,b\n").problems,
              ElementsAre(problem("t.csv",
                                  "classes 'a' and 'b' hold 1 equal row, such as row 2 of "
                                  "'a' and row 1 of 'b'")));
}

TEST_F(CheckVectors, NotesConstantColumnsAndScales) {
  const auto notes = check("1,5,0,a\n2,5,1000,a\n3,5,3000,b\n4,5,9000,b\n").notes;
  EXPECT_THAT(notes, Contains(HasSubstr("column 2 is the same in all rows of the training")));
  EXPECT_THAT(notes, Contains(HasSubstr("column 3 deviates by 3.49e+03, column 1 by 1.12; "
                                        "standardize = true gives")));
}

TEST_F(CheckVectors, TellsWhatCannotBeRead) {
  EXPECT_THAT(check("1,2,a\n1,x,b\n").problems,
              ElementsAre(problem("t.csv", "line 2, column 2: found 'x'")));
}

}  // namespace
}  // namespace anole
