#include "anole/data/image_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes red_dot() { return png(1, 1, SPNG_COLOR_TYPE_TRUECOLOR, 8, {255, 0, 51}); }

class ImageFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    write("b/2.png", dot(2));
    write("b/1.PNG", dot(1));
    write("a/left/1.png", dot(255));
    write("a/notes.txt", std::string("x"));
    write("c/1.png", dot(0));
  }
  void write(const std::string& name, const Bytes& bytes) {
    write_file(folder_.path() / name, bytes);
  }
  void write(const std::string& name, const std::string& text) {
    write_file(folder_.path() / name, text);
  }
  LoadedData load(DataOptions options = {}) const {
    options.dataset = "image_folder";
    options.data = folder_.path();
    return load_image_folder(options);
  }
  std::string load_error(const DataOptions& options = {}) const {
    return error_of([&] { load(options); });
  }
  static std::vector<float> row(const LoadedData& data, std::int32_t class_index,
                                std::int32_t item) {
    std::vector<float> values(data.dataset.shape().size());
    data.dataset.copy_row({class_index}, item, values);
    return values;
  }
  static std::vector<std::string> names(const std::vector<ClassInfo>& classes) {
    std::vector<std::string> result;
    for (const auto& info : classes) result.push_back(info.name);
    return result;
  }

  TempFolder folder_;
};

TEST_F(ImageFolder, HasAClassForEveryFolderWithPictures) {
  const auto data = load();
  EXPECT_THAT(names(data.dataset.classes()), ElementsAre("a/left", "b", "c"));
  EXPECT_EQ(data.dataset.classes()[0].group, "a");
  EXPECT_EQ(data.dataset.classes()[1].items, 2);
  EXPECT_EQ(data.dataset.shape(), (Shape{1, 28, 28}));
  EXPECT_THAT(row(data, 0, 0), Each(1.0f));
  EXPECT_THAT(row(data, 1, 0), Each(1 / 255.0f));
  EXPECT_THAT(row(data, 1, 1), Each(2 / 255.0f));
  EXPECT_EQ(data.preprocessing,
            (Preprocessing{.shape = {1, 28, 28}, .resize = Resize::kArea, .scale = 1.0 / 255}));
}

TEST_F(ImageFolder, IsRgbIfAnyPictureHasAColour) {
  write("c/2.png", red_dot());
  const auto data = load();
  ASSERT_EQ(data.dataset.shape(), (Shape{3, 84, 84}));
  const auto red = row(data, 2, 1);
  EXPECT_EQ(red[0], 1);
  EXPECT_EQ(red[84 * 84], 0);
  EXPECT_FLOAT_EQ(red[2 * 84 * 84], 0.2f);
  EXPECT_THAT(row(data, 0, 0), Each(1.0f));
}

TEST_F(ImageFolder, TakesTheImageSizeThatIsAsked) {
  DataOptions options;
  options.image_size = 5;
  EXPECT_EQ(load(options).dataset.shape(), (Shape{1, 5, 5}));
}

TEST_F(ImageFolder, SplitsBySeedWhereThereAreNoLists) {
  DataOptions options;
  options.test_fraction = 0.34;  // floor(1.02 + 0.5) = 1 of 3 classes
  const auto data = load(options);
  EXPECT_EQ(data.split_name, "seeded");
  EXPECT_EQ(data.split.train.size(), 2u);
  EXPECT_EQ(data.split.test.size(), 1u);
}

TEST_F(ImageFolder, SplitsByListsWhereThereAreSome) {
  write("train.txt", std::string("c\r\nb\n"));
  write("test.txt", std::string("a/left\n"));
  const auto data = load();
  EXPECT_EQ(data.split_name, "lists");
  EXPECT_THAT(data.split.train, ElementsAre(ClassRef{2, 0}, ClassRef{1, 0}));
  EXPECT_THAT(data.split.test, ElementsAre(ClassRef{0, 0}));
  EXPECT_TRUE(data.split.validation.empty());
  write("test.txt", std::string("a\n"));
  EXPECT_THAT(load_error(), HasSubstr("'a' is in the split's lists but is no class of the data"));
  fs::remove(folder_.path() / "test.txt");
  EXPECT_THAT(load().split.test, ElementsAre(ClassRef{0, 0}));
}

TEST_F(ImageFolder, SplitsByFoldersWhereTheTopOnesArePartsOfASplit) {
  TempFolder other;
  for (const auto* name : {"train/a/1.png", "train/b/1.png", "test/c/1.png"}) {
    write_file(other.path() / name, dot(1));
  }
  const auto data = load_image_folder({.dataset = "image_folder", .data = other.path()});
  EXPECT_EQ(data.split_name, "folders");
  EXPECT_THAT(names(data.dataset.classes()), ElementsAre("a", "b", "c"));
  EXPECT_THAT(data.split.train, ElementsAre(ClassRef{0, 0}, ClassRef{1, 0}));
  EXPECT_THAT(data.split.test, ElementsAre(ClassRef{2, 0}));
}

TEST_F(ImageFolder, NotesEqualAndBlankPicturesInALineEach) {
  const auto stroke = png(2, 1, SPNG_COLOR_TYPE_GRAYSCALE, 8, {0, 255});
  write("b/3.png", stroke);
  write("c/2.png", stroke);
  write("train.txt", std::string("b\n"));
  const auto notes = load().notes;
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_EQ(notes[0].find("2 of 6 pictures are not square"), 0u);
  EXPECT_THAT(notes[1], HasSubstr("1 picture is in two classes of different parts of the split, "
                                  "such as "));
  EXPECT_THAT(notes[1], HasSubstr("/b/3.png of training class 'b' and "));
  EXPECT_THAT(notes[1], HasSubstr("/c/2.png of test class 'c'; 'anole data check' lists them"));
  EXPECT_THAT(notes[2], HasSubstr("4 pictures are blank, one value all over, such as "));
}

TEST_F(ImageFolder, MayBeAZipWithOneFolderAtTheTop) {
  const auto from_folder = load();
  Files files;
  const auto archive = Archive::open(folder_.path());
  for (std::size_t i = 0; i < archive->entries().size(); ++i) {
    files.push_back({"top/" + archive->entries()[i].name, archive->read(i)});
  }
  files.push_back({"top/train.txt", {'b'}});
  files.push_back({"top/test.txt", {'c'}});
  TempFolder other;
  write_zip(other.path() / "x.zip", files);
  DataOptions options;
  options.dataset = "image_folder";
  options.data = other.path() / "x.zip";
  const auto zipped = load_image_folder(options);
  EXPECT_EQ(zipped.dataset.content_hash(), from_folder.dataset.content_hash());
  EXPECT_THAT(zipped.split.train, ElementsAre(ClassRef{1, 0}));
}

TEST_F(ImageFolder, SaysThatThereAreNoClassFolders) {
  TempFolder empty;
  DataOptions options;
  options.dataset = "image_folder";
  options.data = empty.path();
  EXPECT_THAT(error_of([&] { load_image_folder(options); }),
              HasSubstr("no class folders with PNG, JPEG or WebP pictures"));
  options.data = "";
  EXPECT_EQ(error_of([&] { load_image_folder(options); }),
            "image_folder: name the folder that holds one folder a class with --data");
}

TEST_F(ImageFolder, RefusesAnEmptyClassAndAPictureOutsideOfClasses) {
  fs::create_directory(folder_.path() / "d");
  EXPECT_THAT(load_error(), HasSubstr("class 'd' has no PNG, JPEG or WebP pictures"));
  fs::remove(folder_.path() / "d");
  write("stray.jpg", dot(1));
  EXPECT_THAT(load_error(), HasSubstr("stray.jpg: this picture is in no class"));
}

TEST_F(ImageFolder, NamesTheFileThatCannotBeDecodedAndWhy) {
  auto cut = dot(1);
  cut.resize(50);
  write("c/2.png", cut);
  EXPECT_THAT(load_error(), HasSubstr("/c/2.png: damaged or truncated PNG ("));
  write("c/2.png", std::string("hello"));
  EXPECT_THAT(load_error(),
              HasSubstr("/c/2.png: not a PNG, JPEG or WebP image (it begins with 'hello')"));
}

TEST_F(ImageFolder, RefusesASeedThatHasNoEffect) {
  write("train.txt", std::string("c\n"));
  write("test.txt", std::string("b\n"));
  DataOptions options;
  options.split_seed = 1;
  EXPECT_THAT(load_error(options), HasSubstr("split_seed has no effect on the split 'lists'"));
}

// Pictures of class c beside a, b and c: 4 of one kind.
TEST_F(ImageFolder, SaysWhichPictureMadeTheRowsRgb) {
  EXPECT_THAT(load().notes, ElementsAre(HasSubstr("4 pictures are blank")));
  write("c/2.png", red_dot());
  EXPECT_THAT(load().notes,
              Contains("RGB because of c/2.png, the only one of 5 pictures with a colour; "
                       "--channels 1 takes them as grey"));
  write("b/3.png", red_dot());
  EXPECT_THAT(load().notes,
              Contains("RGB because 2 of 6 pictures have a colour, b/3.png the first of them; "
                       "--channels 1 takes them as grey"));
}

TEST_F(ImageFolder, TakesTheChannelsThatAreAsked) {
  write("c/2.png", red_dot());
  const auto grey = load({.channels = 1});
  EXPECT_EQ(grey.dataset.shape(), (Shape{1, 28, 28}));
  EXPECT_THAT(row(grey, 2, 1), Each(82 / 255.0f));  // 0.299 * 255 + 0.114 * 51
  EXPECT_THAT(grey.notes, ElementsAre(HasSubstr("pictures are blank")));
  fs::remove(folder_.path() / "c/2.png");
  EXPECT_EQ(load({.channels = 3}).dataset.shape(), (Shape{3, 84, 84}));
  EXPECT_THAT(load_error({.channels = 2}), HasSubstr("channels is 2, expected 1 for grey, 3 for"));
}

TEST_F(ImageFolder, BringsPicturesToWhatTheNetworkTakes) {
  const auto grey = load({.network = Preprocessing{.shape = {3, 20, 20}}});
  EXPECT_EQ(grey.dataset.shape(), (Shape{3, 20, 20}));
  EXPECT_THAT(row(grey, 1, 0), Each(1 / 255.0f));
  EXPECT_THAT(grey.notes, Contains("the pictures are grey, the network takes RGB: each has "
                                   "three equal planes"));
  write("c/2.png", red_dot());
  const auto color = load({.network = Preprocessing{.shape = {1, 14, 14}}});
  EXPECT_EQ(color.dataset.shape(), (Shape{1, 14, 14}));
  EXPECT_THAT(color.notes, Contains("1 of 5 pictures have a colour, the network takes grey: "
                                    "they are taken as grey"));
  const auto numbers = load({.network = Preprocessing{.shape = {7}, .resize = Resize::kNone}});
  EXPECT_EQ(numbers.dataset.shape(), (Shape{3, 84, 84}));  // no network for pictures
}

TEST_F(ImageFolder, ShrinksAsTheNetworksOwnPicturesDid) {
  Bytes lines(105 * 105, 255);
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i] = i % 105 == 1 ? 0 : 255;
  write("c/2.png", png(105, 105, SPNG_COLOR_TYPE_GRAYSCALE, 8, lines));
  const Preprocessing omniglot{.shape = {1, 28, 28}, .resize = Resize::kNearest, .source = 105};
  const auto nearest = load({.network = omniglot});
  EXPECT_EQ(row(nearest, 2, 1)[0], 0);  // column 1 is the nearest to the first
  EXPECT_EQ(nearest.preprocessing.source, 105);
  EXPECT_THAT(nearest.notes,
              Contains(HasSubstr("1 of 5 pictures are 105x105, as those that the network was "
                                 "trained on: resized by the nearest neighbour, others by area")));
  const auto area = load({.resize = ResizeRule::kArea, .network = omniglot});
  EXPECT_FLOAT_EQ(row(area, 2, 1)[0], 187 / 255.0f);  // 1 of 3.75 columns
  EXPECT_EQ(load().preprocessing.resize, Resize::kArea);
  EXPECT_EQ(row(load({.resize = ResizeRule::kNearest}), 2, 1)[0], 0);
}

TEST_F(ImageFolder, InvertsPicturesOfTheOppositeGround) {
  write("a/left/1.png", dot(3));  // all are dark
  const Preprocessing light{.shape = {1, 28, 28}, .ground = Ground::kLight};
  const auto inverted = load({.network = light});
  EXPECT_THAT(row(inverted, 2, 0), Each(1.0f));
  EXPECT_TRUE(inverted.preprocessing.invert);
  EXPECT_EQ(inverted.preprocessing.ground, Ground::kLight);
  EXPECT_THAT(inverted.notes, Contains("the pictures are light on dark, the network was trained "
                                       "on dark on light: inverted; --invert no keeps them"));
  const auto kept = load({.invert = Invert::kNo, .network = light});
  EXPECT_THAT(row(kept, 2, 0), Each(0.0f));
  EXPECT_THAT(kept.notes, Contains(HasSubstr("not inverted; --invert auto or yes does it")));
  EXPECT_EQ(load().preprocessing.ground, Ground::kDark);
  EXPECT_THAT(row(load({.invert = Invert::kYes}), 2, 0), Each(1.0f));
}

TEST_F(ImageFolder, SaysWhatItStretchesAndWhatItLeavesOut) {
  write("b/3.png", png(3, 1, SPNG_COLOR_TYPE_GRAYSCALE, 8, {0, 255, 0}));
  write("b/4.gif", dot(1));
  EXPECT_THAT(
      load().notes,
      ElementsAre("1 of 5 pictures are not square, b/3.png the first of them: stretched; "
                  "--fit pad or --fit crop keeps their proportions",
                  "1 file left out (.gif): convert it to PNG", HasSubstr("4 pictures are blank")));
  write("c/9.BMP", dot(1));
  EXPECT_THAT(load({.fit = PictureFit::kCrop}).notes,
              Contains("2 files left out (1 .bmp, 1 .gif): convert them to PNG"));
  EXPECT_THAT(row(load({.fit = PictureFit::kCrop}), 1, 2), Each(1.0f));
}

}  // namespace
}  // namespace anole
