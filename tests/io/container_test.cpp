#include "anole/io/container.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

constexpr ContainerKind kBundle{
    .format = "anole-bundle", .noun = "bundle", .version = 2, .advice = "copy it again"};
constexpr ContainerKind kCheckpoint{
    .format = "anole-checkpoint", .noun = "checkpoint", .version = 1, .advice = "use the other"};

TensorFile small_file() {
  return {.metadata = {{"note", "tiny"}},
          .tensors = {float_tensor("w", {2, 2}, std::vector{1.0f, 2.0f, 3.0f, 4.0f})}};
}

std::string refusal(const ContainerKind& kind, const std::string& bytes) {
  return message_of<Error>([&] { from_container(kind, bytes, "f"); });
}

TEST(Container, IsASafetensorsFileWithFormatVersionAndChecksum) {
  const auto file = from_safetensors(to_container(kBundle, small_file()), "test");
  ASSERT_EQ(file.metadata.size(), 4u);
  EXPECT_EQ(file.metadata[0].key, "checksum");
  EXPECT_EQ(file.metadata[0].value.substr(0, 9), "xxh3-128:");
  EXPECT_EQ(file.metadata[0].value.size(), 41u);
  EXPECT_EQ(file.metadata[1], (MetadataEntry{"format", "anole-bundle"}));
  EXPECT_EQ(file.metadata[2], (MetadataEntry{"format_version", "2"}));
  EXPECT_EQ(tensor_floats(*file.find_tensor("w")), (std::vector{1.0f, 2.0f, 3.0f, 4.0f}));
}

TEST(Container, ReadsBackWhatItWroteAndEqualContentsAreEqualBytes) {
  const auto bytes = to_container(kBundle, small_file());
  EXPECT_EQ(bytes, to_container(kBundle, small_file()));
  const auto back = from_container(kBundle, bytes, "test");
  EXPECT_EQ(back.metadata, small_file().metadata);
  EXPECT_EQ(bytes, to_container(kBundle, back));
}

// Checked with Python's xxhash.xxh3_128_hexdigest; read_container.py does so again where it can.
TEST(Container, HasTheXxh3ChecksumOfItsBytesWithZerosInItsPlace) {
  const auto bytes = to_container(kBundle, small_file());
  EXPECT_EQ(bytes.substr(bytes.find("xxh3-128:") + 9, 32), "35a4856a1975444099d8f71af62aa7ee");
}

TEST(Container, RefusesEveryFlippedByte) {
  const auto bytes = to_container(kBundle, small_file());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const char mask : {'\x01', '\x20', '\x80'}) {
      auto damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ mask);
      ASSERT_THROW(from_container(kBundle, damaged, "f"), Error) << "byte " << i;
    }
  }
}

TEST(Container, RefusesEveryTruncationAndAnyExtension) {
  const auto bytes = to_container(kBundle, small_file());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_THROW(from_container(kBundle, bytes.substr(0, size), "f"), Error) << size << " bytes";
  }
  EXPECT_THROW(from_container(kBundle, bytes + '\0', "f"), Error);
}

TEST(Container, SaysThatAFileIsDamagedAndWhatToDo) {
  auto damaged = to_container(kBundle, small_file());
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(refusal(kBundle, damaged),
            "f: damaged bundle: its checksum does not match its contents; copy it again");
}

TEST(Container, SaysThatAFileIsTruncated) {
  const auto bytes = to_container(kBundle, small_file());
  const auto size = bytes.size();
  EXPECT_EQ(refusal(kBundle, bytes.substr(0, size - 4)),
            fmt::format("f: damaged bundle: truncated: its tensors end at byte {}, the file at {}; "
                        "copy it again",
                        size, size - 4));
  EXPECT_EQ(
      refusal(kBundle, bytes.substr(0, 100)),
      fmt::format("f: damaged bundle: truncated: its header ends at byte {}, the file at 100; "
                  "copy it again",
                  size - 16));
  EXPECT_EQ(refusal(kBundle, ""),
            "f: not a safetensors file: 0 bytes, expected at least 8; expected an anole bundle");
}

TEST(Container, SaysThatAFileIsNotSafetensorsOrOfAnotherProgram) {
  EXPECT_EQ(refusal(kBundle, "PK\x03\x04 this is a zip"),
            "f: not a safetensors file: it does not begin with a header's length and '{'; "
            "expected an anole bundle");
  EXPECT_EQ(refusal(kBundle, to_safetensors(small_file())),
            "f: a safetensors file of another program, expected an anole bundle");
}

TEST(Container, SaysThatAnotherProgramHasRewrittenIt) {
  auto file = small_file();
  file.metadata.push_back({"format", "anole-bundle"});
  EXPECT_EQ(
      refusal(kBundle, to_safetensors(file)),
      "f: another program has rewritten this bundle, so that its checksum is gone; copy it again");
}

TEST(Container, SaysThatAFileIsOfAnotherKind) {
  EXPECT_EQ(refusal(kBundle, to_container(kCheckpoint, small_file())),
            "f: its format is 'anole-checkpoint', expected 'anole-bundle'");
}

TEST(Container, SaysThatAFileIsOfANewerVersion) {
  auto newer = kBundle;
  newer.version = 3;
  EXPECT_EQ(
      refusal(kBundle, to_container(newer, small_file())),
      "f: a bundle of format version 3, but this anole reads versions up to 2; use a newer one");
  auto older = kBundle;
  older.version = 1;
  EXPECT_EQ(refusal(kBundle, to_container(older, small_file())), "nothing thrown");
}

TEST(Container, NamesTheFileOnDisk) {
  const ScratchFolder folder;
  save_container(folder / "b.anole", kBundle, small_file());
  EXPECT_TRUE(is_whole_container(folder / "b.anole", kBundle));
  EXPECT_EQ(load_container(folder / "b.anole", kBundle).metadata, small_file().metadata);
  write_text(folder / "b.anole", "nonsense of some length");
  EXPECT_FALSE(is_whole_container(folder / "b.anole", kBundle));
  EXPECT_EQ(message_of<Error>([&] { load_container(folder / "b.anole", kBundle); }),
            (folder / "b.anole").string() +
                ": not a safetensors file: it does not begin with a header's length and '{'; "
                "expected an anole bundle");
}

// The stock Python package reads our files, and its reader takes the checksum for plain metadata.
TEST(Container, IsReadByTheStockPythonPackage) {
  if (std::system("python3 -c 'import safetensors.numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "skipped: Python has no safetensors package (pip install safetensors numpy)";
  }
  const ScratchFolder folder;
  save_container(folder / "b.anole", kBundle, small_file());
  const auto command = fmt::format("python3 {}/tests/io/read_container.py {} 2>&1",
                                   ANOLE_SOURCE_DIR, (folder / "b.anole").string());
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace anole
