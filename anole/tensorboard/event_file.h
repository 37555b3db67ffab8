#pragma once

// TensorBoard's event files, as far as a report needs them; stock TensorBoard reads them. Formats:
// - a file is a sequence of TFRecords (tensorflow/core/lib/io/record_writer.h): length u64, masked
//   CRC32C of these 8 bytes u32, data, masked CRC32C of the data u32; all little-endian. The mask
//   of c is ((c >> 15) | (c << 17)) + 0xa282ead8.
// - each record is a protocol buffer `Event` (tensorflow/core/util/event.proto) that holds a
//   `Summary` (tensorflow/core/framework/summary.proto); the first says "brain.Event:2".
// - hyperparameters are HParamsPluginData (tensorboard/plugins/hparams/plugin_data.proto).
// Only the few fields in use are written, so there is no dependency on protobuf.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "anole/files/image.h"
#include "anole/io/file_descriptor.h"
#include "anole/runs/history.h"

namespace anole {

std::uint32_t crc32c(std::string_view bytes);  // Castagnoli, reflected polynomial 0x82f63b78
std::string tf_record(std::string_view data);  // framed as above

// Protocol-buffer wire format: fields in the order of the calls; proto3 defaults are not left out.
class ProtoMessage {
 public:
  void add_varint(int field, std::uint64_t value);  // int32, int64 (>= 0), enum, bool
  void add_double(int field, double value);
  void add_float(int field, float value);
  void add_bytes(int field, std::string_view value);  // string, bytes, message
  void add(int field, const ProtoMessage& value) { add_bytes(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Appends events to one new file; they reach the disk at flush() and at the end. `step` is
// meta-iterations done, `tag` groups by its part before '/'.
class EventFile {
 public:
  // Makes `folder`/events.out.tfevents.<seconds>.<suffix>, with a number if it exists. Throws Error
  // naming path and reason.
  EventFile(const std::filesystem::path& folder, std::string_view suffix);
  ~EventFile();

  void scalar(std::string_view tag, std::int64_t step, double value);
  void image(std::string_view tag, std::int64_t step, const Image& image);
  void text(std::string_view tag, std::int64_t step, std::string_view markdown);
  // Of the run: numbers, bools and texts, told apart by their look.
  void hparams(std::string_view group, std::span<const Fact> options);
  void session_end(bool finished);
  // Tells readers to forget what other files of the folder say from `step` on: a resumed run.
  void restart(std::int64_t step);

  void flush();
  const std::filesystem::path& path() const { return path_; }

 private:
  void event(std::int64_t step, int field, std::string_view value);
  void summary(std::int64_t step, const ProtoMessage& value);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::string pending_;
};

}  // namespace anole
