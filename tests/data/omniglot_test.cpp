#include "anole/data/published/omniglot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// `alphabets` x `characters` x 20 one-pixel drawings, white but for the last drawing of each.
Files drawings(const std::string& top, int characters, int number) {
  const auto white = dot(255), black = dot(0);
  Files files;
  for (int c = 0; c < characters; ++c) {
    for (int d = 20; d >= 1; --d) {  // not in order, as in zips made by hand
      files.push_back({fmt::format("{}/Alphabet_{}/character{:02}/{:04}_{:02}.png", top, c / 40,
                                   c % 40 + 1, number + c, d),
                       d == 20 ? black : white});
    }
  }
  return files;
}

DataOptions options_for(const fs::path& data, const std::string& split) {
  DataOptions options;
  options.dataset = "omniglot";
  options.data = data;
  options.split = split;
  return options;
}

TEST(ParseOmniglotPath, ReadsCharacterNumberAndDrawing) {
  const auto path = parse_omniglot_path("images_background/Korean/character07/0649_03.png");
  EXPECT_EQ(path.character, "Korean/character07");
  EXPECT_EQ(path.alphabet, "Korean");
  EXPECT_EQ(path.number, 649);
  EXPECT_EQ(path.drawing, 3);
  EXPECT_EQ(parse_omniglot_path("Korean/character07/0649_03.png").alphabet, "Korean");
  EXPECT_EQ(parse_omniglot_path("Korean/0649_03.png").character, "");
  EXPECT_EQ(parse_omniglot_path("Korean/character07/picture.png").character, "");
}

// All 1,623 characters, drawn small; each test may damage its own copy.
class SmallOmniglot : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    originals_ = new TempFolder;
    write_zip(originals_->path() / "images_background.zip", drawings("images_background", 964, 1));
    auto files = drawings("images_evaluation", 659, 965);
    for (auto& [name, bytes] : files) name.replace(name.find("Alphabet_"), 9, "Zalphabet_");
    write_zip(originals_->path() / "images_evaluation.zip", files);
  }
  static void TearDownTestSuite() { delete originals_; }
  void SetUp() override { fs::copy(originals_->path(), folder_.path() / "omniglot"); }

  fs::path background() const { return folder_.path() / "omniglot/images_background.zip"; }
  fs::path evaluation() const { return folder_.path() / "omniglot/images_evaluation.zip"; }
  std::string load_error(const std::string& split = "seeded") const {
    return error_of([&] { load_omniglot(options_for(folder_.path(), split)); });
  }

  TempFolder folder_;
  static inline TempFolder* originals_ = nullptr;
};

TEST_F(SmallOmniglot, SplitsBackgroundFromEvaluation) {
  const auto data = load_omniglot(options_for(folder_.path(), "background_evaluation"));
  EXPECT_EQ(data.dataset.classes().size(), 1623u);
  EXPECT_EQ(data.dataset.classes()[0].name, "Alphabet_0/character01");
  EXPECT_EQ(data.dataset.classes()[0].group, "Alphabet_0");
  EXPECT_EQ(data.split.train.size(), 964u * 4);
  EXPECT_EQ(data.split.test.size(), 659u);
  EXPECT_EQ(data.dataset.classes()[static_cast<std::size_t>(data.split.test[0].class_index)].name,
            "Zalphabet_0/character01");
}

// 13,180 files would take seconds to write: all characters are links to one folder of 20 drawings.
TEST_F(SmallOmniglot, IsReadFromFoldersLikeFromZips) {
  const auto zipped = load_omniglot(options_for(folder_.path(), "seeded"));
  for (int d = 1; d <= 20; ++d) {
    write_file(folder_.path() / fmt::format("drawings/0001_{:02}.png", d), dot(d == 20 ? 0 : 255));
  }
  for (std::int32_t c = 0; c < 659; ++c) {
    const auto alphabet =
        folder_.path() / fmt::format("omniglot/images_evaluation/Zalphabet_{}", c / 40);
    fs::create_directories(alphabet);
    fs::create_directory_symlink(folder_.path() / "drawings",
                                 alphabet / fmt::format("character{:02}", c % 40 + 1));
  }
  fs::remove(evaluation());
  const auto own_folder = load_omniglot(options_for(folder_.path() / "omniglot", "seeded"));
  EXPECT_EQ(own_folder.dataset.content_hash(), zipped.dataset.content_hash());
  EXPECT_EQ(own_folder.split.train, zipped.split.train);
}

TEST_F(SmallOmniglot, NamesTheArchiveThatLacksACharacter) {
  edit_zip(background(), [](zip_t* zip) {
    for (zip_uint64_t i = 40; i < 60; ++i) zip_delete(zip, i);
  });
  EXPECT_EQ(load_error(), "omniglot: expected 964 background characters in " +
                              background().string() +
                              ", found 963; run 'anole data check omniglot'");
}

TEST_F(SmallOmniglot, NamesTheCharacterThatLacksADrawing) {
  edit_zip(background(), [](zip_t* zip) { zip_delete(zip, 45); });
  EXPECT_EQ(load_error(), "omniglot: expected 20 drawings of Alphabet_0/character03 in " +
                              background().string() +
                              ", found 19; run 'anole data check omniglot'");
}

TEST_F(SmallOmniglot, NamesTheFileThatCannotBeDecoded) {
  edit_zip(background(), [](zip_t* zip) {
    zip_file_replace(zip, 777, zip_source_buffer(zip, "GIF89a", 6, 0), 0);
  });
  EXPECT_EQ(load_error(),
            background().string() +
                ": images_background/Alphabet_0/character39/0039_03.png: this is a GIF image; "
                "convert it to PNG");
}

TEST_F(SmallOmniglot, SaysWhereItLookedAndWhatToDo) {
  fs::remove(evaluation());
  EXPECT_THAT(load_error(),
              HasSubstr("holds neither images_evaluation.zip nor a folder images_evaluation"));
  fs::remove(background());
  EXPECT_THAT(load_error(), HasSubstr("omniglot: not found; looked in '" +
                                      (folder_.path() / "omniglot").string()));
  EXPECT_THAT(load_error(), HasSubstr("run 'anole data fetch omniglot'"));
}

TEST_F(SmallOmniglot, LacksTheCharactersOfTheAuthorsSplit) {
  EXPECT_THAT(
      load_error("authors"),
      HasSubstr(
          "omniglot, split authors: 'Japanese_(hiragana)/character47' is in the split's lists"));
}

// Expected values below: Pillow 13.0 and NumPy, scaled by integer indexing, on the real zips.
class RealOmniglot : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (const char* root = std::getenv("ANOLE_DATA")) {
      data_ = new LoadedData(load_omniglot(options_for(root, "")));
    }
  }
  static void TearDownTestSuite() { delete data_; }
  void SetUp() override {
    if (data_ == nullptr) GTEST_SKIP() << "skipped: ANOLE_DATA is not set";
  }
  static std::string name(const ClassRef& ref) {
    return data_->dataset.classes()[static_cast<std::size_t>(ref.class_index)].name;
  }
  static inline const LoadedData* data_ = nullptr;
};

TEST_F(RealOmniglot, HasAllCharactersAndDrawings) {
  EXPECT_EQ(data_->dataset.classes().size(), 1623u);
  EXPECT_EQ(data_->dataset.items(), 32460);
  EXPECT_EQ(data_->dataset.shape(), (Shape{1, 28, 28}));
  EXPECT_EQ(data_->split_name, "authors");
}

TEST_F(RealOmniglot, BeginsLikeTheAuthorsSplit) {
  ASSERT_EQ(data_->split.train.size(), 4800u);
  ASSERT_EQ(data_->split.test.size(), 423u);
  EXPECT_TRUE(data_->split.validation.empty());
  EXPECT_EQ(name(data_->split.train[0]), "Japanese_(hiragana)/character47");
  EXPECT_EQ(name(data_->split.train[3]), "Japanese_(hiragana)/character47");
  EXPECT_EQ(name(data_->split.train[4]), "Syriac_(Serto)/character02");
  EXPECT_EQ(name(data_->split.train[8]), "Korean/character07");
  EXPECT_EQ(name(data_->split.test[0]), "Malayalam/character17");
}

TEST_F(RealOmniglot, HasPaperOneAndInkZeroAtThePixelsOfTheOriginals) {
  std::int64_t paper = 0, weighted = 0, position = 0;
  std::vector<float> row(784);
  const auto& classes = data_->dataset.classes();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    for (int item = 0; item < classes[c].items; ++item) {
      data_->dataset.copy_row({static_cast<std::int32_t>(c)}, item, row);
      for (const float value : row) {
        ASSERT_TRUE(value == 0 || value == 1);
        paper += value == 1;
        weighted += value == 1 ? position % 1000003 : 0;
        ++position;
      }
    }
  }
  EXPECT_EQ(paper, 23399752);
  EXPECT_EQ(weighted, 11584701218317);
}

// The drawing 0649_03.png; '#' is ink.
TEST_F(RealOmniglot, TurnsDrawingsCounterClockwise) {
  const auto korean = data_->split.train[8].class_index;
  const auto line = [&](int turns, std::size_t y) {
    std::vector<float> row(784);
    data_->dataset.copy_row({korean, turns}, 2, row);
    std::string text;
    for (std::size_t x = 0; x < 28; ++x) text += row[y * 28 + x] == 0 ? '#' : '.';
    return text;
  };
  EXPECT_EQ(line(0, 5), "..............##............");
  EXPECT_EQ(line(0, 10), ".........#####.##...........");
  EXPECT_EQ(line(2, 22), "............##..............");
  EXPECT_EQ(line(1, 18), "..........##................");  // column 9, read downwards
  EXPECT_EQ(line(3, 9), "................##..........");   // column 9, read upwards
}

TEST_F(RealOmniglot, SplitsLikeVinyals) {
  auto options = options_for(std::getenv("ANOLE_DATA"), "vinyals");
  options.rotations = false;
  options.train_classes = 64;
  options.test_classes = 20;
  const auto data = load_omniglot(options);
  EXPECT_EQ(data.split.train.size(), 64u);
  EXPECT_EQ(data.split.validation.size(), 172u);
  EXPECT_EQ(data.split.test.size(), 20u);
  EXPECT_EQ(name(data.split.validation[0]), "Hebrew/character01");
  EXPECT_EQ(data.dataset.content_hash(), data_->dataset.content_hash());
}

}  // namespace
}  // namespace anole
