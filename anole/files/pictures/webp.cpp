#include "anole/files/pictures/webp.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>
#include <string_view>

#include "anole/core/error.h"
#include "anole/files/pictures/orientation.h"

namespace anole {
namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)>;

[[noreturn]] void fail(const std::string& name, std::string_view reason) {
  throw Error("{}: damaged or truncated WebP ({})", name, reason);
}

std::string_view reason_of(VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return "out of memory";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "a feature that is not supported";
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "it ends too early";
    default:
      return "its pixels cannot be decoded";
  }
}

// What a demuxer hands out must be given back.
class Frame {
 public:
  explicit Frame(const WebPDemuxer* demuxer) { has_ = WebPDemuxGetFrame(demuxer, 1, &it_) != 0; }
  ~Frame() { WebPDemuxReleaseIterator(&it_); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
  bool has() const { return has_; }
  const WebPIterator& operator*() const { return it_; }

 private:
  WebPIterator it_{};
  bool has_ = false;
};

int orientation_of(const WebPDemuxer* demuxer) {
  WebPChunkIterator chunk{};
  int orientation = 1;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) != 0) {
    orientation = exif_orientation({chunk.chunk.bytes, chunk.chunk.size});
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

// The first frame at its place on a transparent canvas [height, width, 4].
std::vector<std::uint8_t> first_frame(const WebPDemuxer* demuxer, int height, int width,
                                      const std::string& name) {
  const Frame first(demuxer);
  if (!first.has()) fail(name, "it has no frame");
  const auto& frame = *first;
  const bool fits = frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width >= 1 &&
                    frame.height >= 1 && frame.width <= width - frame.x_offset &&
                    frame.height <= height - frame.y_offset;
  if (!fits || frame.complete == 0) fail(name, "it ends too early");
  std::vector<std::uint8_t> canvas(std::size_t{4} * static_cast<std::size_t>(height) *
                                   static_cast<std::size_t>(width));
  const auto line = std::size_t{4} * static_cast<std::size_t>(width);
  const auto begin = static_cast<std::size_t>(frame.y_offset) * line +
                     std::size_t{4} * static_cast<std::size_t>(frame.x_offset);
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) throw Error("{}: cannot start the WebP decoder", name);
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {.rgba = canvas.data() + begin,
                          .stride = static_cast<int>(line),
                          .size = canvas.size() - begin};
  const auto code = WebPDecode(frame.fragment.bytes, frame.fragment.size, &config);
  WebPFreeDecBuffer(&config.output);
  if (code != VP8_STATUS_OK) fail(name, reason_of(code));
  return canvas;
}

}  // namespace

bool is_webp(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with("RIFF") && text.size() >= 12 && text.substr(8, 4) == "WEBP";
}

Image decode_webp(Bytes bytes, const std::string& name) {
  const WebPData data{bytes.data(), bytes.size()};
  const Demuxer demuxer(WebPDemux(&data), &WebPDemuxDelete);
  if (!demuxer) fail(name, "its parts are not all there");
  const auto width = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH);
  const auto height = WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT);
  require_readable_size(width, height, name);
  const auto rows = static_cast<int>(height), columns = static_cast<int>(width);
  return turned_upright(from_rgba(first_frame(demuxer.get(), rows, columns, name), rows, columns),
                        orientation_of(demuxer.get()));
}

}  // namespace anole
