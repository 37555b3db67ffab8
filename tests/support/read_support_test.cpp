#include "anole/support/read_support.h"

#include <gtest/gtest.h>

#include "anole/files/image.h"
#include "tests/error_of.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// A network that takes pictures of 4x4, trained on dark on light.
Bundle taking_pictures() {
  Bundle bundle;
  bundle.spec.input = {1, 4, 4};
  bundle.preprocessing = {.shape = {1, 4, 4}, .scale = 1, .ground = Ground::kLight};
  return bundle;
}

class ReadSupport : public testing::Test {
 protected:
  // A picture of `ground` with one other pixel, the first of its middle.
  void write(const std::string& name, std::uint8_t ground, std::uint8_t middle) {
    Image image{{1, 4, 4}, std::vector<std::uint8_t>(16, ground)};
    image.pixels[5] = middle;
    const auto bytes = encode_png(image);
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }

  SupportSet read(const SupportSource& source = {}) {
    auto with_path = source;
    if (with_path.path.empty()) with_path.path = folder_.path();
    return read_support(with_path, taking_pictures());
  }

  std::vector<std::string> labels(const SupportSet& set) { return labels_of(set.examples); }

  ScratchFolder folder_;
};

TEST_F(ReadSupport, TakesClassFoldersInCanonicalOrder) {
  write("b/2.png", 255, 2);
  write("b/1.png", 255, 1);
  write("a/deep/3.png", 255, 3);
  const auto set = read();
  EXPECT_EQ(labels(set), (std::vector<std::string>{"a/deep", "b"}));
  EXPECT_EQ(set.examples[1].name, "1.png");
  EXPECT_EQ(set.examples[1].row[5], 1);
  EXPECT_FALSE(set.inverted);
  EXPECT_TRUE(set.notes.empty());
}

TEST_F(ReadSupport, LoosePicturesAreAClassEachOrOneClass) {
  write("shapes/wave.png", 255, 1);
  write("shapes/point.png", 255, 2);
  const auto path = folder_.path() / "shapes";
  EXPECT_EQ(labels(read({.path = path})), (std::vector<std::string>{"point", "wave"}));
  EXPECT_EQ(labels(read({.path = path, .loose = LoosePictures::kOneClass})),
            std::vector<std::string>{"shapes"});
  EXPECT_EQ(labels(read({.path = path / "wave.png"})), std::vector<std::string>{"wave"});
}

TEST_F(ReadSupport, InvertsPicturesOfTheOppositeGround) {
  write("a/1.png", 0, 255);
  write("b/1.png", 0, 200);
  const auto inverted = read();
  EXPECT_TRUE(inverted.inverted);
  EXPECT_EQ(inverted.examples[1].row[0], 255);
  EXPECT_EQ(inverted.examples[1].row[5], 55);
  EXPECT_EQ(inverted.notes,
            std::vector<std::string>{"the pictures are light on dark, the network was trained on "
                                     "dark on light: inverted; --invert no keeps them"});
  const auto kept = read({.invert = Invert::kNo});
  EXPECT_FALSE(kept.inverted);
  EXPECT_EQ(kept.examples[1].row[5], 200);
  EXPECT_EQ(kept.notes,
            std::vector<std::string>{"the pictures are light on dark, the network was trained on "
                                     "dark on light: not inverted; --invert auto or yes does it"});
}

// A network that was trained on inverted pictures, dark ones in truth.
TEST_F(ReadSupport, SaysWhatIsDoneBesideTheBundlesOwnInversion) {
  write("a/1.png", 0, 255);
  write("b/1.png", 0, 200);
  auto bundle = taking_pictures();
  bundle.preprocessing.invert = true;
  const auto as_trained = read_support({.path = folder_.path()}, bundle);
  EXPECT_FALSE(as_trained.inverted);
  EXPECT_EQ(as_trained.examples[1].row[5], 55);
  const auto yes = read_support({.path = folder_.path(), .invert = Invert::kYes}, bundle);
  EXPECT_FALSE(yes.inverted);
  EXPECT_EQ(yes.examples, as_trained.examples);
  const auto no = read_support({.path = folder_.path(), .invert = Invert::kNo}, bundle);
  EXPECT_TRUE(no.inverted);
  EXPECT_EQ(no.examples[1].row[5], 200);
}

TEST_F(ReadSupport, NamesOfTheSameLettersAreOneClass) {
  write("caf\xC3\xA9/1.png", 255, 1);   // composed
  write("cafe\xCC\x81/2.png", 255, 2);  // decomposed
  EXPECT_EQ(labels(read()), std::vector<std::string>{"caf\xC3\xA9"});
}

TEST_F(ReadSupport, RefusesAClassFolderWithoutPictures) {
  write("a/1.png", 255, 1);
  write("b/deep/1.png", 255, 2);
  EXPECT_EQ(read().examples.size(), 2u);
  std::filesystem::create_directory(folder_.path() / "c");
  const auto expected = folder_.path().string() +
                        ": class 'c' has no pictures that can be read (PNG, JPEG, WebP); add some "
                        "or remove the folder";
  EXPECT_EQ(error_of([&] { read(); }), expected);
  std::ofstream(folder_ / "c/1.gif") << "GIF89a";
  EXPECT_EQ(error_of([&] { read(); }), expected);
}

TEST_F(ReadSupport, RefusesWhatCannotBeExamples) {
  const auto error = [&](const std::filesystem::path& path) {
    return error_of([&] { read({.path = path}); });
  };
  const auto path = folder_.path().string();
  EXPECT_EQ(error(path), path +
                             ": found no pictures that can be read (PNG, JPEG, WebP); expected "
                             "<class>/<picture>.png or <class>.png");
  EXPECT_EQ(error(path + "/none"),
            path +
                "/none: no such file or folder; expected a folder of examples, a picture or a "
                "table");
  write("train/a/1.png", 255, 1);
  write("test/a/1.png", 255, 2);
  EXPECT_EQ(error(path), path +
                             ": its folders are the parts of a split, not classes; name the one "
                             "that holds the examples, such as " +
                             path + "/test");
  EXPECT_EQ(error(path + "/x.csv"), path +
                                        "/x.csv: no such file or folder; expected a folder of "
                                        "examples, a picture or a table");
}

}  // namespace
}  // namespace anole
