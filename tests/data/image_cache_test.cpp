#include "anole/data/image_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anole/files/read_bytes.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;

const std::string kKey(64, 'a');

ImageRows two_images() {
  return {{1, 1, 2},
          {1, 2, 3, 4},
          {.files = 2, .colored = 1, .reshaped = 2, .nearest = 0, .first_colored = 1}};
}

TEST(StoreCache, IsReadBackWhole) {
  TempFolder folder;
  const auto path = folder.path() / "new/x.images";
  auto rows = two_images();
  ASSERT_TRUE(store_cache(path, kKey, rows));
  EXPECT_THAT(rows.pixels, ElementsAre(1, 2, 3, 4));  // unchanged by storing
  const auto loaded = load_cache(path, kKey);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->shape, (Shape{1, 1, 2}));
  EXPECT_THAT(loaded->pixels, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(loaded->counts, rows.counts);
}

TEST(LoadCache, IgnoresAnotherKeyAndAnyDamage) {
  TempFolder folder;
  const auto path = folder.path() / "x.images";
  auto rows = two_images();
  store_cache(path, kKey, rows);
  EXPECT_FALSE(load_cache(path, std::string(64, 'b')).has_value());
  EXPECT_FALSE(load_cache(folder.path() / "none", kKey).has_value());
  const auto whole = read_bytes(path);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{3}, std::size_t{200}, whole.size() - 1}) {
    write_file(path, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_FALSE(load_cache(path, kKey).has_value()) << size;
  }
  for (std::size_t i = 0; whole[i] != ' '; ++i) {  // pixels and record; then comes padding
    auto bytes = whole;
    bytes[i] ^= 1;
    write_file(path, bytes);
    EXPECT_FALSE(load_cache(path, kKey).has_value()) << i;
  }
}

TEST(StoreCache, SaysFalseWhereItCannotWrite) {
  TempFolder folder;
  write_file(folder.path() / "file", std::string("no folder"));
  auto rows = two_images();
  EXPECT_FALSE(store_cache(folder.path() / "file/x.images", kKey, rows));
  EXPECT_FALSE(store_cache("", kKey, rows));
  EXPECT_THAT(rows.pixels, ElementsAre(1, 2, 3, 4));
}

// A zip of 1,000 one-pixel pictures, and how often it was decoded.
class CachedImages : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
    write(1000);
  }
  void TearDown() override { setenv("XDG_CACHE_HOME", kept_.c_str(), 1); }

  void write(int count, std::uint8_t grey = 7) {
    Files files;
    for (int i = 0; i < count; ++i) files.push_back({fmt::format("{:04}.png", i), dot(grey)});
    write_zip(folder_.path() / "x.zip", files);
  }
  ImageRows load(int image_size = 1, Preprocessing how = {}) {
    ImageSet set{.name = "x"};
    set.archives.push_back(Archive::open(folder_.path() / "x.zip"));
    std::vector<ImageFile> files;
    for (std::size_t i = 0; i < set.archives[0]->entries().size(); ++i) files.push_back({0, i});
    set.add_class("a", "", files);
    how.shape = {1, image_size, image_size};
    return cached_images(set, how, [&] {
      ++decoded_;
      return decode_images(set, how, 1);
    });
  }

  TempFolder folder_;
  std::string kept_ = std::getenv("XDG_CACHE_HOME");  // set by the environment below
  int decoded_ = 0;
};

TEST_F(CachedImages, AreDecodedOnce) {
  const auto first = load();
  const auto second = load();
  EXPECT_EQ(decoded_, 1);
  EXPECT_EQ(second.shape, (Shape{1, 1, 1}));
  EXPECT_EQ(first.pixels, Bytes(1000, 7));
  EXPECT_EQ(second.pixels, first.pixels);
}

TEST_F(CachedImages, AreDecodedAgainWhenTheSourceChanges) {
  load();
  write(1000, 8);
  EXPECT_EQ(load().pixels, Bytes(1000, 8));
  write(1001, 8);
  EXPECT_EQ(load().pixels.size(), 1001u);
  fs::last_write_time(folder_.path() / "x.zip",
                      fs::file_time_type::clock::now() + std::chrono::hours(1));
  load();
  EXPECT_EQ(decoded_, 4);
}

TEST_F(CachedImages, NoticeAFileThatReplacesAnotherOfItsSizeAndTime) {
  Files files;
  for (int i = 0; i < 1000; ++i) files.push_back({fmt::format("{:04}.png", i), dot(7)});
  const auto path = folder_.path() / "x.zip";
  fs::remove(path);
  for (const auto& [name, bytes] : files) write_file(path / name, bytes);  // a folder of that name
  EXPECT_EQ(load().pixels, Bytes(1000, 7));
  const auto time = fs::last_write_time(path / "0003.png");
  write_file(path / "0003.png", dot(8));
  ASSERT_EQ(fs::file_size(path / "0003.png"), dot(7).size());
  fs::last_write_time(path / "0003.png", time);
  EXPECT_EQ(load().pixels[3], 8);
  write_file(folder_.path() / "new.png", dot(9));
  fs::last_write_time(folder_.path() / "new.png", time);
  fs::rename(folder_.path() / "new.png", path / "0004.png");
  EXPECT_EQ(load().pixels[4], 9);
  EXPECT_EQ(decoded_, 3);
}

TEST_F(CachedImages, AreKeptForEachWayOfMakingThem) {
  load(1, {.shape = {}, .resize = Resize::kArea});
  load(1, {.shape = {}, .resize = Resize::kNearest});
  load(1, {.shape = {}, .resize = Resize::kNearest, .source = 105});
  load(1, {.shape = {}, .fit = PictureFit::kPad});
  EXPECT_EQ(decoded_, 4);
  load(1, {.shape = {}, .resize = Resize::kNearest});
  load(1, {.shape = {}, .fit = PictureFit::kPad, .invert = true});  // is done afterwards
  EXPECT_EQ(decoded_, 4);
}

TEST_F(CachedImages, AreKeptForEachImageSize) {
  load(1);
  EXPECT_EQ(load(2).shape, (Shape{1, 2, 2}));
  load(1);
  load(2);
  EXPECT_EQ(decoded_, 2);
}

TEST_F(CachedImages, AreDecodedAgainWhenTheCacheIsDamaged) {
  load();
  for (const auto& file : fs::directory_iterator(folder_.path() / "cache/anole")) {
    fs::resize_file(file.path(), 700);
  }
  EXPECT_EQ(load().pixels, Bytes(1000, 7));
  load();
  EXPECT_EQ(decoded_, 2);
}

TEST_F(CachedImages, LoadWithoutACacheFolder) {
  write_file(folder_.path() / "cache", std::string("in the way"));
  EXPECT_EQ(load().pixels, Bytes(1000, 7));
  EXPECT_EQ(load().pixels, Bytes(1000, 7));
  EXPECT_EQ(decoded_, 2);
}

TEST_F(CachedImages, OfSmallSetsAreNotKept) {
  write(999);
  load();
  load();
  EXPECT_EQ(decoded_, 2);
  EXPECT_FALSE(fs::exists(folder_.path() / "cache"));
}

TEST(CacheFolder, IsXdgThenTheHomeFolder) {
  const std::string cache = std::getenv("XDG_CACHE_HOME"), home = std::getenv("HOME");
  setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(cache_folder(), "/xdg/anole");
  setenv("XDG_CACHE_HOME", "relative", 1);
  setenv("HOME", "/home/ann", 1);
  EXPECT_EQ(cache_folder(), "/home/ann/.cache/anole");
  unsetenv("HOME");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(cache_folder(), "");
  setenv("HOME", home.c_str(), 1);
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
}

// Tests of this folder leave nothing in the user's cache.
class OwnCache : public ::testing::Environment {
  void SetUp() override { setenv("XDG_CACHE_HOME", folder_.path().c_str(), 1); }
  TempFolder folder_;
};
const auto* const kOwnCache = ::testing::AddGlobalTestEnvironment(new OwnCache);

}  // namespace
}  // namespace anole
