#include "anole/files/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "anole/files/read_bytes.h"
#include "tests/data/data_files.h"

namespace anole {
namespace {

using namespace anole::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> names(const Archive& archive) {
  std::vector<std::string> result;
  for (const auto& entry : archive.entries()) result.push_back(entry.name);
  return result;
}

const Files kFiles = {{"top/b/2.png", {2, 2}},     {"top/", {}},
                      {"top/a_(x)/1.png", {1}},    {"top/a/1.png", {7, 8, 9}},
                      {"__MACOSX/a/1.png", {0}},   {"top/.DS_Store", {0}},
                      {"top/a/.hidden/3.png", {0}}};

TEST(Archive, ListsTheFilesOfAZipInBytewiseOrder) {
  TempFolder folder;
  write_zip(folder.path() / "x.zip", kFiles);
  const auto archive = Archive::open(folder.path() / "x.zip");
  EXPECT_THAT(names(*archive), ElementsAre("top/a/1.png", "top/a_(x)/1.png", "top/b/2.png"));
  EXPECT_EQ(archive->read(0), (Bytes{7, 8, 9}));
  EXPECT_EQ(archive->read(2), (Bytes{2, 2}));
  EXPECT_EQ(archive->entries()[0].size, 3u);
}

TEST(Archive, ListsAnUnpackedFolderLikeItsZip) {
  TempFolder folder;
  for (const auto& [name, bytes] : kFiles) {
    if (!name.ends_with('/')) write_file(folder.path() / name, bytes);
  }
  const auto archive = Archive::open(folder.path());
  EXPECT_THAT(names(*archive), ElementsAre("top/a/1.png", "top/a_(x)/1.png", "top/b/2.png"));
  EXPECT_EQ(archive->read(0), (Bytes{7, 8, 9}));
}

TEST(Archive, ListsFoldersWithoutFilesToo) {
  TempFolder folder;
  write_zip(folder.path() / "x.zip", {{"a/b/1.png", {1}}, {"c/", {}}, {"__MACOSX/a/", {}}});
  EXPECT_THAT(Archive::open(folder.path() / "x.zip")->folders(), ElementsAre("a", "a/b", "c"));
  write_file(folder.path() / "f/a/b/1.png", Bytes{1});
  fs::create_directory(folder.path() / "f/c");
  EXPECT_THAT(Archive::open(folder.path() / "f")->folders(), ElementsAre("a", "a/b", "c"));
}

TEST(Archive, DoesNotEnterAFolderInsideItself) {
  TempFolder folder;
  write_file(folder.path() / "a/1.png", Bytes{1});
  write_file(folder.path() / "b/2.png", Bytes{2});
  fs::create_directory_symlink(".", folder.path() / "latest");
  fs::create_directory_symlink("../b", folder.path() / "a/other");
  fs::create_directory_symlink(folder.path() / "a", folder.path() / "b/other");
  fs::create_symlink("gone.png", folder.path() / "3.png");
  const auto archive = Archive::open(folder.path());
  EXPECT_THAT(names(*archive), ElementsAre("a/1.png", "a/other/2.png", "b/2.png", "b/other/1.png"));
  EXPECT_THAT(archive->left_out(), ElementsAre("3.png: a link to nothing",
                                               "a/other/other: a link to a folder that it is in",
                                               "b/other/other: a link to a folder that it is in",
                                               "latest: a link to a folder that it is in"));
}

TEST(Archive, IsReadEightFoldersDeep) {
  TempFolder folder;
  write_file(folder.path() / "1/2/3/4/5/6/7/8/8.png", Bytes{1});
  write_file(folder.path() / "1/2/3/4/5/6/7/8/9/9.png", Bytes{1});
  const auto archive = Archive::open(folder.path());
  EXPECT_THAT(names(*archive), ElementsAre("1/2/3/4/5/6/7/8/8.png"));
  EXPECT_THAT(archive->left_out(), ElementsAre("1/2/3/4/5/6/7/8/9: more than 8 folders deep"));
}

TEST(Archive, IsReadBySeveralThreadsAtOnce) {
  TempFolder folder;
  Files files;
  for (std::uint8_t i = 0; i < 200; ++i)
    files.push_back({fmt::format("{:03}.png", i), Bytes(i + 1u, i)});
  write_zip(folder.path() / "x.zip", files);
  const auto archive = Archive::open(folder.path() / "x.zip");
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 200; ++i) wrong[t] += archive->read(i) == files[i].second ? 0 : 1;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
}

TEST(Archive, SaysThatAPathIsMissing) {
  EXPECT_THAT(error_of([] { Archive::open("/nowhere/images.zip"); }),
              HasSubstr("/nowhere/images.zip: no such zip or folder"));
}

TEST(Archive, SaysThatAZipIsTruncated) {
  TempFolder folder;
  const auto path = folder.path() / "x.zip";
  write_zip(path, kFiles);
  fs::resize_file(path, fs::file_size(path) / 2);
  const auto message = error_of([&] { Archive::open(path); });
  EXPECT_THAT(message, HasSubstr("x.zip: cannot be read as a zip ("));
  EXPECT_THAT(message, HasSubstr("is the download complete?"));
}

TEST(Archive, NamesZipAndEntryOfDamagedBytes) {
  TempFolder folder;
  const auto path = folder.path() / "x.zip";
  write_zip(path, {{"a/1.png", Bytes(100, 42)}});
  auto bytes = read_bytes(path);
  bytes[80] ^= 1;  // inside the stored data, so the CRC no longer fits
  write_file(path, bytes);
  const auto archive = Archive::open(path);
  const auto message = error_of([&] { archive->read(0); });
  EXPECT_THAT(message, HasSubstr("x.zip: a/1.png: cannot be unpacked (CRC error)"));
}

// Of a zip with one stored entry of `bytes`, whose directory says that it has `claim` bytes.
std::string error_of_claim(const Bytes& entry, std::uint8_t claim) {
  TempFolder folder;
  const auto path = folder.path() / "x.zip";
  write_zip(path, {{"a/1.png", entry}});
  auto bytes = read_bytes(path);
  const Bytes magic{'P', 'K', 1, 2};  // of the directory; the size lies 24 bytes behind it
  const auto directory = std::search(bytes.begin(), bytes.end(), magic.begin(), magic.end());
  directory[24] = claim;
  write_file(path, bytes);
  const auto archive = Archive::open(path);
  return error_of([&] { archive->read(0); });
}

TEST(Archive, AnEntryIsAsLongAsItsDirectorySays) {
  EXPECT_EQ(error_of_claim(Bytes(100, 42), 100), "");
  for (const std::uint8_t claim : Bytes{0, 1, 50, 99}) {
    EXPECT_THAT(error_of_claim(Bytes(100, 42), claim),
                HasSubstr("x.zip: a/1.png: cannot be unpacked ("))
        << int{claim};
  }
  EXPECT_THAT(error_of_claim(Bytes(100, 42), 101),
              HasSubstr("x.zip: a/1.png: cannot be unpacked ("));
}

TEST(Archive, EntriesOfManyMegabytesAreReadWhole) {
  TempFolder folder;
  Bytes large((std::size_t{5} << 20) + 3);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * i >> 7);
  write_zip(folder.path() / "x.zip", {{"1.png", large}, {"2.png", {}}});
  const auto archive = Archive::open(folder.path() / "x.zip");
  EXPECT_EQ(archive->read(0), large);
  EXPECT_EQ(archive->read(1), Bytes{});
}

TEST(Archive, RefusesFilesFarLargerThanAPictureBeforeReadingThem) {
  TempFolder folder;
  write_file(folder.path() / "a" / "1.png", Bytes{});
  fs::resize_file(folder.path() / "a" / "1.png", std::uintmax_t{1} << 40);  // takes no disk
  const auto archive = Archive::open(folder.path());
  EXPECT_THAT(error_of([&] { archive->read(0); }),
              HasSubstr("a/1.png: 1,099,511,627,776 bytes, expected at most 268,435,456"));
}

TEST(Archive, NamesZipAndEntryThatNeedAPassword) {
  TempFolder folder;
  const auto path = folder.path() / "x.zip";
  write_zip(path, {{"a/1.png", {1, 2, 3}}}, "secret");
  const auto archive = Archive::open(path);
  const auto message = error_of([&] { archive->read(0); });
  EXPECT_THAT(message, HasSubstr("x.zip: a/1.png: cannot be unpacked ("));
  EXPECT_THAT(message, HasSubstr("password"));
}

}  // namespace
}  // namespace anole
