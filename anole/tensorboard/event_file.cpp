#include "anole/tensorboard/event_file.h"

#include <fcntl.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>

#include "anole/core/clock.h"
#include "anole/core/error.h"

namespace anole {
namespace {

// Field numbers of event.proto, summary.proto, tensor.proto and plugin_data.proto.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum ValueField { kTag = 1, kSimpleValue = 2, kImage = 4, kTensor = 8, kMetadata = 9 };
constexpr int kDtFloat = 1, kDtString = 7;
constexpr std::size_t kFlushBytes = 1 << 16;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0u);
    table[i] = crc;
  }
  return table;
}

template <class T>
std::string little_endian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
  return bytes;
}

std::string masked_crc(std::string_view bytes) {
  const auto crc = crc32c(bytes);
  return little_endian<std::uint32_t>(std::rotl(crc, 17) + 0xa282ead8u);
}

// SummaryMetadata that hands a value to a plugin of TensorBoard.
ProtoMessage plugin(std::string_view name, std::string_view content = {}) {
  ProtoMessage data, metadata;
  data.add_bytes(1, name);
  if (!content.empty()) data.add_bytes(2, content);
  metadata.add(1, data);
  return metadata;
}

// A TensorProto of one dimension.
ProtoMessage tensor_of(int dtype, std::uint64_t size) {
  ProtoMessage dimension, shape, tensor;
  dimension.add_varint(1, size);
  shape.add(2, dimension);
  tensor.add_varint(1, static_cast<std::uint64_t>(dtype));
  tensor.add(2, shape);
  return tensor;
}

// google.protobuf.Value.
ProtoMessage value_of(const std::string& text) {
  ProtoMessage value;
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text == "true" || text == "false") {
    value.add_varint(4, text == "true" ? 1 : 0);
  } else if (!text.empty() && parsed.ec == std::errc() && parsed.ptr == end) {
    value.add_double(2, number);
  } else {
    value.add_bytes(3, text);
  }
  return value;
}

// A value of the hparams plugin; its tensor only has to be there.
ProtoMessage hparams_value(std::string_view tag, int field, const ProtoMessage& info) {
  ProtoMessage data, value;
  data.add(field, info);
  value.add_bytes(kTag, tag);
  value.add(kMetadata, plugin("hparams", data.bytes()));
  value.add(kTensor, tensor_of(kDtFloat, 0));
  return value;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr auto kTable = crc_table();
  std::uint32_t crc = 0xffffffffu;
  for (const char c : bytes) crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  return ~crc;
}

std::string tf_record(std::string_view data) {
  const auto length = little_endian<std::uint64_t>(data.size());
  return length + masked_crc(length) + std::string(data) + masked_crc(data);
}

void ProtoMessage::add_varint(int field, std::uint64_t value) {
  const auto put = [this](std::uint64_t rest) {
    for (; rest >= 0x80; rest >>= 7) bytes_ += static_cast<char>((rest & 0x7f) | 0x80);
    bytes_ += static_cast<char>(rest);
  };
  put(static_cast<std::uint64_t>(field) << 3);  // wire type 0
  put(value);
}

void ProtoMessage::add_double(int field, double value) {
  bytes_ += static_cast<char>(field << 3 | 1);
  bytes_ += little_endian(std::bit_cast<std::uint64_t>(value));
}

void ProtoMessage::add_float(int field, float value) {
  bytes_ += static_cast<char>(field << 3 | 5);
  bytes_ += little_endian(std::bit_cast<std::uint32_t>(value));
}

void ProtoMessage::add_bytes(int field, std::string_view value) {
  ProtoMessage head;
  head.add_varint(field, value.size());
  head.bytes_[0] = static_cast<char>(head.bytes_[0] | 2);  // wire type 2: a length, then bytes
  bytes_ += head.bytes_;
  bytes_ += value;
}

EventFile::EventFile(const std::filesystem::path& folder, std::string_view suffix) {
  const auto name = fmt::format("events.out.tfevents.{:010.0f}", now_seconds());
  int error = EEXIST;
  for (int n = 0; error == EEXIST; ++n) {
    path_ = folder / fmt::format("{}.{}.{}", name, n, suffix);
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    error = file_.get() < 0 ? errno : 0;
  }
  if (error != 0) throw Error("cannot write {}: {}", path_.string(), reason(error));
  event(0, kFileVersion, "brain.Event:2");
}

EventFile::~EventFile() { (void)write_all(file_.get(), pending_); }

void EventFile::flush() {
  const int error = write_all(file_.get(), pending_);
  if (error != 0) throw Error("cannot append to {}: {}", path_.string(), reason(error));
  pending_.clear();
}

void EventFile::event(std::int64_t step, int field, std::string_view value) {
  ProtoMessage event;
  event.add_double(kWallTime, now_seconds());
  event.add_varint(kStep, static_cast<std::uint64_t>(step));
  event.add_bytes(field, value);
  pending_ += tf_record(event.bytes());
  if (pending_.size() >= kFlushBytes) flush();
}

void EventFile::summary(std::int64_t step, const ProtoMessage& value) {
  ProtoMessage summary;
  summary.add(1, value);
  event(step, kSummary, summary.bytes());
}

void EventFile::scalar(std::string_view tag, std::int64_t step, double value) {
  ProtoMessage one;
  one.add_bytes(kTag, tag);
  one.add_float(kSimpleValue, static_cast<float>(value));
  summary(step, one);
}

void EventFile::image(std::string_view tag, std::int64_t step, const Image& image) {
  const auto png = encode_png(image);
  ProtoMessage picture, one;
  picture.add_varint(1, static_cast<std::uint64_t>(image.shape.height));
  picture.add_varint(2, static_cast<std::uint64_t>(image.shape.width));
  picture.add_varint(3, static_cast<std::uint64_t>(image.shape.channels));  // 1 grey, 3 RGB
  picture.add_bytes(4, {reinterpret_cast<const char*>(png.data()), png.size()});
  one.add_bytes(kTag, tag);
  one.add(kImage, picture);
  summary(step, one);
}

void EventFile::text(std::string_view tag, std::int64_t step, std::string_view markdown) {
  auto tensor = tensor_of(kDtString, 1);
  tensor.add_bytes(8, markdown);
  ProtoMessage one;
  one.add_bytes(kTag, tag);
  one.add(kTensor, tensor);
  one.add(kMetadata, plugin("text"));
  summary(step, one);
}

void EventFile::hparams(std::string_view group, std::span<const Fact> options) {
  ProtoMessage start;
  for (const auto& option : options) {
    ProtoMessage entry;  // of map<string, google.protobuf.Value>
    entry.add_bytes(1, option.name);
    entry.add(2, value_of(option.value));
    start.add(1, entry);
  }
  start.add_bytes(4, group);
  start.add_double(5, now_seconds());
  summary(0, hparams_value("_hparams_/session_start_info", 3, start));
}

void EventFile::session_end(bool finished) {
  ProtoMessage end;
  end.add_varint(1, finished ? 1 : 3);  // success, or still running
  end.add_double(2, now_seconds());
  summary(0, hparams_value("_hparams_/session_end_info", 4, end));
}

void EventFile::restart(std::int64_t step) {
  ProtoMessage log;
  log.add_varint(1, 1);  // SessionLog.START
  event(step, kSessionLog, log.bytes());
}

}  // namespace anole
