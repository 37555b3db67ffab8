#include "anole/io/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "anole/core/error.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// A file with that header, of that many data bytes.
std::string with_header(std::string header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data_bytes, 'x');
}

std::string refusal(const std::string& bytes) {
  return message_of<Error>([&] { from_safetensors(bytes, "a"); });
}

std::string refusal(const char* header, std::size_t data_bytes) {
  return refusal(with_header(header, data_bytes));
}

const TensorFile kFile{
    .metadata = {{"b", "two"}, {"a", "one"}},
    .tensors = {{.name = "bytes", .dtype = Dtype::kU8, .shape = {3}, .data = "abc"},
                float_tensor("conv1.weight", {2, 1}, std::vector{0.5f, -2.0f}),
                {.name = "steps", .dtype = Dtype::kI64, .shape = {}, .data = std::string(8, '\1')},
                {.name = "none", .dtype = Dtype::kF32, .shape = {0, 4}, .data = ""}}};

TEST(Safetensors, WritesLengthPaddedHeaderAndData) {
  const auto bytes = to_safetensors(
      {.metadata = {{"k", "v"}}, .tensors = {float_tensor("t", {1}, std::vector{1.0f})}});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  EXPECT_EQ(header.size(), 79u);
  EXPECT_EQ(bytes,
            std::string("\x50\0\0\0\0\0\0\0", 8) + header + " " + std::string("\0\0\x80\x3f", 4));
}

TEST(Safetensors, ReadsBackWhatItWroteWideElementsFirst) {
  const auto back = from_safetensors(to_safetensors(kFile), "test");
  EXPECT_EQ(back.metadata, kFile.metadata);
  ASSERT_EQ(back.tensors.size(), 4u);
  EXPECT_EQ(back.tensors[0].name, "steps");
  EXPECT_EQ(back.tensors[1].name, "conv1.weight");
  EXPECT_EQ(back.tensors[3].name, "bytes");
  EXPECT_EQ(tensor_floats(*back.find_tensor("conv1.weight")), (std::vector{0.5f, -2.0f}));
  EXPECT_EQ(back.find_tensor("conv1.weight")->shape, (std::vector<std::int64_t>{2, 1}));
  EXPECT_EQ(back.find_tensor("bytes")->data, "abc");
  EXPECT_TRUE(back.find_tensor("none")->data.empty());
  EXPECT_EQ(back.find_tensor("other"), nullptr);
}

TEST(Safetensors, RefusesToWriteANameTwice) {
  EXPECT_THROW(to_safetensors({.metadata = {}, .tensors = {kFile.tensors[0], kFile.tensors[0]}}),
               Error);
  EXPECT_THROW(to_safetensors({.metadata = {{"k", "1"}, {"k", "2"}}, .tensors = {}}), Error);
}

TEST(Safetensors, RefusesWhatIsNotSafetensors) {
  EXPECT_EQ(refusal("short"), "a: not a safetensors file: 5 bytes, expected at least 8");
  EXPECT_EQ(refusal("PK\x03\x04 a zip file, say"),
            "a: not a safetensors file: it does not begin with a header's length and '{'");
  EXPECT_EQ(refusal(with_header("[1]", 0)),
            "a: not a safetensors file: it does not begin with a header's length and '{'");
  EXPECT_EQ(refusal("{\"t\": }", 0), "a: header: not valid JSON at byte 7 of 7");
}

TEST(Safetensors, RefusesATruncatedFile) {
  const auto bytes = to_safetensors(kFile);
  EXPECT_EQ(refusal(bytes.substr(0, bytes.size() - 1)),
            "a: truncated: its tensors end at byte " + std::to_string(bytes.size()) +
                ", the file at " + std::to_string(bytes.size() - 1));
  EXPECT_EQ(refusal(R"({"t":   )", 0), "a: header: not valid JSON: it ends too early");
  EXPECT_EQ(refusal(std::string("\x50\0\0\0\0\0\0\0{", 9)),
            "a: truncated: its header ends at byte 88, the file at 9");
}

TEST(Safetensors, RefusesEntriesThatAreNotExactlyAsTheFormatSays) {
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F32","shape":[1]}})", 4),
            "a: tensor 't': expected exactly the keys dtype, shape and data_offsets");
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}})", 4),
            "a: tensor 't': unknown dtype \"F33\"");
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4),
            "a: tensor 't': expected a list of integers, found [-1]");
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", 8),
            "a: tensor 't': expected 2 data_offsets, found 3");
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4),
            "a: tensor 't': its data ends at 0, before it begins at 4");
  EXPECT_EQ(refusal(R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
            "a: tensor 't': dtype F32 and its shape make 8 bytes, its data_offsets 4");
  EXPECT_EQ(
      refusal(R"({"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0),
      "a: tensor 't': its shape holds more elements than any file");
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":1}})", 0),
            "a: __metadata__ 'k' is number, expected a string");
  EXPECT_EQ(refusal(R"({"__metadata__":[]})", 0), "a: __metadata__ is array, expected an object");
}

TEST(Safetensors, RefusesTensorsThatDoNotTileTheData) {
  constexpr auto kOverlap =
      R"({"s":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})";
  constexpr auto kHole =
      R"({"s":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[6,10]}})";
  constexpr auto kTwice =
      R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})";
  constexpr auto kOne = R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
  EXPECT_EQ(refusal(kOverlap, 6),
            "a: tensor 't' begins at byte 2 of the data, expected 4 where the one before it ends");
  EXPECT_EQ(refusal(kHole, 10),
            "a: tensor 't' begins at byte 6 of the data, expected 4 where the one before it ends");
  EXPECT_EQ(refusal(kTwice, 8), "a: header: key 't' appears twice");
  EXPECT_EQ(refusal(kOne, 5), "a: 1 bytes follow the last tensor");
  EXPECT_EQ(refusal(kOne, 4), "nothing thrown");
}

// As the stock Python package does.
TEST(Safetensors, TensorsWithoutElementsMayBeListedAnywhere) {
  constexpr auto kHeader =
      R"({"full":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"before":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"more":{"dtype":"U8","shape":[1],"data_offsets":[4,5]},"between":{"dtype":"F32","shape":[2,0],"data_offsets":[4,4]},"after":{"dtype":"F32","shape":[0],"data_offsets":[5,5]}})";
  const auto file = from_safetensors(with_header(kHeader, 5), "a");
  EXPECT_EQ(file.find_tensor("full")->data, "xxxx");
  EXPECT_EQ(file.find_tensor("more")->data, "x");
  for (const char* name : {"before", "between", "after"}) {
    EXPECT_EQ(file.find_tensor(name)->data, "") << name;
  }
  constexpr auto kInside =
      R"({"full":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"inside":{"dtype":"F32","shape":[0],"data_offsets":[2,2]}})";
  EXPECT_EQ(
      refusal(kInside, 4),
      "a: tensor 'inside' begins at byte 2 of the data, expected 4 where the one before it ends");
}

// Without a checksum a flipped byte can leave a good file; it must never do worse than an Error.
TEST(Safetensors, AnswersAnyFlippedByteWithAFileOrAnError) {
  const auto bytes = to_safetensors(kFile);
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      refused += refusal(damaged) != "nothing thrown";
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace anole
