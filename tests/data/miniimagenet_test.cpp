#include "anole/data/published/miniimagenet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// 64 / 16 / 20 classes of three rows each in the CSV, two of which have a one-pixel image.
class SmallMiniImagenet : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& part : kMiniImagenetParts) write(part.name, part.classes);
  }

  void write(std::string_view part, int classes, const Files& more = {}) {
    std::string csv = "filename,label\n";
    Files files = more;
    for (int c = classes; c-- > 0;) {  // not in sorted order
      for (int i = 0; i < 3; ++i) {
        csv += fmt::format("{0}{1:02}_{2}.png,{0}{1:02}\n", part, c, i);
        if (i != 1)
          files.push_back(
              {fmt::format("{0}/{0}{1:02}/{0}{1:02}_{2}.png", part, c, i), dot(i == 0 ? 0 : 255)});
      }
    }
    write_file(folder() / fmt::format("{}.csv", part), csv);
    write_zip(folder() / fmt::format("images_{}.zip", part), files);
  }

  fs::path folder() const { return root_.path() / "miniimagenet"; }
  LoadedData load(DataOptions options = {}) const {
    options.dataset = "miniimagenet";
    options.data = root_.path();
    if (options.image_size == 0) options.image_size = 2;
    return load_miniimagenet(options);
  }
  std::string load_error(const DataOptions& options = {}) const {
    return error_of([&] { load(options); });
  }

  TempFolder root_;
};

TEST_F(SmallMiniImagenet, UsesTheRowsWhoseImageIsThere) {
  const auto data = load();
  ASSERT_EQ(data.dataset.classes().size(), 100u);
  EXPECT_EQ(data.dataset.items(), 200);
  EXPECT_EQ(data.dataset.shape(), (Shape{3, 2, 2}));
  std::vector<float> row(12);
  data.dataset.copy_row({0}, 1, row);
  EXPECT_EQ(row, std::vector<float>(12, 1.0f));
}

TEST_F(SmallMiniImagenet, OrdersClassesAsTheCsvFilesDo) {
  const auto data = load();
  EXPECT_EQ(data.dataset.classes()[0].name, "train63");
  EXPECT_EQ(data.dataset.classes()[64].name, "val15");
  EXPECT_EQ(data.dataset.classes()[99].name, "test00");
  EXPECT_EQ(data.split.train.size(), 64u);
  EXPECT_EQ(data.split.validation.size(), 16u);
  EXPECT_EQ(data.split.validation[0], (ClassRef{64, 0}));
  EXPECT_EQ(data.split.test.size(), 20u);
  EXPECT_EQ(data.split_name, "ravi");
}

TEST_F(SmallMiniImagenet, CutsEachPartToItsFirstClasses) {
  DataOptions options;
  options.train_classes = 10;
  options.validation_classes = 2;
  options.test_classes = 5;
  const auto data = load(options);
  EXPECT_EQ(data.split.train.size(), 10u);
  EXPECT_THAT(data.split.validation, ElementsAre(ClassRef{64, 0}, ClassRef{65, 0}));
  EXPECT_EQ(data.split.test.size(), 5u);
  options.validation_classes = 17;
  EXPECT_THAT(load_error(options),
              HasSubstr("validation_classes = 17, but the split has 16 such classes"));
}

TEST_F(SmallMiniImagenet, IsReadFromFoldersLikeFromZips) {
  const auto zipped = load();
  for (const auto& part : kMiniImagenetParts) {
    const auto zip = folder() / fmt::format("images_{}.zip", part.name);
    const auto archive = Archive::open(zip);
    for (std::size_t i = 0; i < archive->entries().size(); ++i) {
      write_file(folder() / archive->entries()[i].name, archive->read(i));
    }
    fs::remove(zip);
  }
  EXPECT_EQ(load().dataset.content_hash(), zipped.dataset.content_hash());
}

TEST_F(SmallMiniImagenet, SaysWhatIsMissing) {
  fs::remove(folder() / "val.csv");
  EXPECT_THAT(load_error(), HasSubstr("/miniimagenet/val.csv; copy {train,val,test}.csv and"));
  fs::remove(folder() / "images_train.zip");
  EXPECT_THAT(load_error(),
              HasSubstr("holds neither images_train.zip nor a folder images_train or train"));
  fs::remove_all(folder());
  EXPECT_THAT(load_error(),
              HasSubstr("miniimagenet: not found; looked in '" + folder().string() + "'"));
}

TEST_F(SmallMiniImagenet, CountsTheClassesOfEachPart) {
  write("val", 15);
  EXPECT_THAT(load_error(), HasSubstr("miniimagenet: expected 16 val classes in "));
  EXPECT_THAT(load_error(), HasSubstr("val.csv, found 15; run 'anole data check miniimagenet'"));
}

TEST_F(SmallMiniImagenet, RefusesAnImageThatTheCsvDoesNotList) {
  write("test", 20, {{"test/test00/other.png", dot(1)}});
  EXPECT_THAT(load_error(), HasSubstr("images_test.zip: test/test00/other.png: "));
  EXPECT_THAT(load_error(), HasSubstr("test.csv does not list this image"));
}

TEST_F(SmallMiniImagenet, NamesTheClassWithoutImages) {
  edit_zip(folder() / "images_test.zip", [](zip_t* zip) {
    zip_delete(zip, 0);
    zip_delete(zip, 1);
  });
  EXPECT_THAT(load_error(), HasSubstr("miniimagenet: expected images of test19 in "));
}

TEST_F(SmallMiniImagenet, RefusesATableOfAnotherForm) {
  write_file(folder() / "train.csv", std::string("image,class\na,b\n"));
  EXPECT_THAT(load_error(),
              HasSubstr("train.csv: expected the header 'filename,label', found 'image,class'"));
  write_file(folder() / "train.csv", std::string("filename,label\na.png,b\nc.png\n"));
  EXPECT_THAT(load_error(),
              HasSubstr("train.csv: row 2: expected 'filename,label', found 'c.png'"));
}

// Expected values: Pillow 13.0 (libjpeg-turbo) and NumPy on the real zips.
TEST(RealMiniImagenet, HasThePixelsOfTheOriginals) {
  ANOLE_REQUIRE_DATA(root);
  DataOptions options;
  options.dataset = "miniimagenet";
  options.data = root;
  const auto data = load_miniimagenet(options);
  ASSERT_EQ(data.dataset.items(), 7500);
  ASSERT_EQ(data.dataset.classes().size(), 100u);
  EXPECT_EQ(data.dataset.classes()[0].name, "n01532829");
  EXPECT_EQ(data.dataset.classes()[0].items, 75);
  EXPECT_EQ(data.dataset.classes()[64].name, "n01855672");
  EXPECT_EQ(data.dataset.classes()[99].name, "n07613480");
  std::int64_t sum = 0, weighted = 0, position = 0;
  std::vector<float> row(21168);
  for (std::int32_t c = 0; c < 100; ++c) {
    for (std::int32_t item = 0; item < 75; ++item) {
      data.dataset.copy_row({c}, item, row);
      for (const float value : row) {
        const auto byte = static_cast<std::int64_t>(value * 255 + 0.5f);
        sum += byte;
        weighted += byte * (position++ % 1000003);
      }
    }
  }
  EXPECT_EQ(sum, 17866455182);
  EXPECT_EQ(weighted, 8905674555180514);
}

}  // namespace
}  // namespace anole
