#include "anole/data/published/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

auto problem(const std::string& where, const std::string& reason) {
  return ::testing::AllOf(Field(&DataProblem::where, HasSubstr(where)),
                          Field(&DataProblem::reason, HasSubstr(reason)));
}

// A small damaged Omniglot: checks go on after each problem.
class CheckOmniglot : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto page = png(105, 105, SPNG_COLOR_TYPE_GRAYSCALE, 8, Bytes(105 * 105, 255));
    for (int d = 1; d <= 20; ++d) {
      files_.push_back({fmt::format("top/Korean/character01/0001_{:02}.png", d), page});
      files_.push_back({fmt::format("top/Korean/character02/0002_{:02}.png", d), page});
    }
    write_zip(folder_.path() / "images_evaluation.zip",
              {{"top/Latin/character01/0003_01.png", page}});
  }
  DataReport check() {
    write_zip(folder_.path() / "images_background.zip", files_);
    return check_omniglot(folder_.path(), 0);
  }
  Files files_;
  TempFolder folder_;
};

TEST_F(CheckOmniglot, CountsWhatIsThere) {
  const auto report = check();
  ASSERT_EQ(report.parts.size(), 2u);
  EXPECT_EQ(report.parts[0].classes, 2);
  EXPECT_EQ(report.parts[0].expected_classes, 964);
  EXPECT_EQ(report.parts[0].items, 40);
  EXPECT_EQ(report.parts[0].fewest, 20);
  EXPECT_EQ(report.parts[0].bytes,
            static_cast<std::int64_t>(fs::file_size(folder_.path() / "images_background.zip")));
  EXPECT_THAT(report.parts[0].md5, SizeIs(32));
  EXPECT_FALSE(report.parts[0].original);
  EXPECT_EQ(report.classes, 3);
  EXPECT_EQ(report.groups, 2);
  EXPECT_EQ(report.items, 41);
  EXPECT_EQ(report.image, "105x105 grey");
  EXPECT_FALSE(report.whole());
  EXPECT_THAT(report.problems, Contains(problem("images_background.zip",
                                                "expected 964 background classes, found 2")));
  EXPECT_THAT(report.problems,
              Contains(problem("images_background.zip", "expected 30 alphabets, found 1")));
  EXPECT_THAT(report.problems, Contains(problem("images_evaluation.zip",
                                                "drawing 20 of Latin/character01 is missing")));
  EXPECT_THAT(report.problems, Contains(problem("", "no character has the number 1623")));
}

TEST_F(CheckOmniglot, ListsEveryFileThatIsWrong) {
  files_[0].second = {'G', 'I', 'F'};
  files_[2].second.resize(60);
  files_[4].second = dot(0);
  files_[6].first = "top/Korean/0001_04.png";
  files_[8].first = "top/Korean/character01/0009_05.png";
  const auto problems = check().problems;
  const std::string zip = "images_background.zip: top/Korean/";
  EXPECT_THAT(problems, Contains(problem(zip + "character01/0001_01.png",
                                         "not a PNG, JPEG or WebP image (it begins with 'GIF')")));
  EXPECT_THAT(problems,
              Contains(problem(zip + "character01/0001_02.png", "damaged or truncated PNG (")));
  EXPECT_THAT(problems, Contains(problem(zip + "character01/0001_03.png",
                                         "1x1 grey, expected 105x105 grey")));
  EXPECT_THAT(problems, Contains(problem(zip + "0001_04.png",
                                         "expected a path like Korean/character07/0649_03.png")));
  EXPECT_THAT(problems,
              Contains(problem("images_background.zip", "Korean/character01 bears 2 numbers")));
  EXPECT_THAT(problems, Contains(problem("images_background.zip",
                                         "drawing 04 of Korean/character01 is missing")));
}

TEST_F(CheckOmniglot, NamesThePartThatIsMissingOrNoZip) {
  write_file(folder_.path() / "images_evaluation.zip", std::string("not found"));
  EXPECT_THAT(check().problems,
              Contains(problem("images_evaluation.zip", "cannot be read as a zip")));
  fs::remove(folder_.path() / "images_evaluation.zip");
  EXPECT_THAT(check().problems,
              Contains(problem("images_evaluation", "neither a zip nor a folder of this name")));
}

TEST(CheckDataset, FindsTheRealOmniglotWhole) {
  ANOLE_REQUIRE_DATA(root);
  const auto report = check_omniglot(root, 0);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.classes, 1623);
  EXPECT_EQ(report.groups, 50);
  EXPECT_EQ(report.items, 32460);
  EXPECT_EQ(report.parts[0].classes, 964);
  EXPECT_EQ(report.parts[1].classes, 659);
  EXPECT_EQ(report.image, "105x105 grey");
}

TEST(CheckDataset, FindsTheRealMiniImagenetWhole) {
  ANOLE_REQUIRE_DATA(root);
  const auto report = check_miniimagenet(root, 0);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.classes, 100);
  EXPECT_EQ(report.items, 7500);
  EXPECT_EQ(report.image, "84x84 RGB");
  EXPECT_THAT(report.notes, Contains("test: 75 to 75 of the 600 images of each class are here"));
}

TEST(CheckDataset, ListsTheProblemsOfMiniImagenet) {
  TempFolder folder;
  write_file(folder.path() / "train.csv",
             std::string("filename,label\na1.png,a\na2.png,a\nb1.png,b\n"));
  write_zip(folder.path() / "images_train.zip", {{"a1.png", dot(1)}, {"c1.png", Bytes{'x'}}});
  const auto report = check_miniimagenet(folder.path(), 0);
  EXPECT_EQ(report.parts[0].items, 1);
  EXPECT_THAT(report.problems,
              Contains(problem("images_train.zip: a1.png", "1x1 grey, expected 84x84 RGB")));
  EXPECT_THAT(report.problems,
              Contains(problem("images_train.zip: c1.png", "not a PNG, JPEG or WebP")));
  EXPECT_THAT(report.problems,
              Contains(problem("images_train.zip: c1.png", "train.csv does not list it")));
  EXPECT_THAT(report.problems, Contains(problem("images_train.zip", "no image of b")));
  EXPECT_THAT(report.problems,
              Contains(problem("images_train.zip", "expected 64 train classes, found 2")));
  EXPECT_THAT(report.problems, Contains(problem("", "val.csv; copy")));
}

TEST(CheckDataset, SaysWhatCannotBeFound) {
  EXPECT_THAT(error_of([] { check_omniglot("/nowhere", 0); }),
              HasSubstr("omniglot: not found; looked in '/nowhere/omniglot' and '/nowhere'"));
}

}  // namespace
}  // namespace anole
