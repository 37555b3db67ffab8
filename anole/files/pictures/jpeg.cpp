#include "anole/files/pictures/jpeg.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it, and jerror.h needs jpeglib.h
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <array>
#include <iterator>

#include "anole/core/error.h"
#include "anole/files/pictures/orientation.h"

namespace anole {
namespace {

constexpr int kApp1 = JPEG_APP0 + 1;  // where EXIF is
constexpr std::array<std::uint8_t, 6> kExif = {'E', 'x', 'i', 'f', 0, 0};
// More than encoders write, and few enough that a small file cannot keep a decoder busy for long.
constexpr int kMostScans = 500;

// What a step of libjpeg ended with. It leaves by longjmp, as C does.
struct Errors {
  jpeg_error_mgr base;  // first: libjpeg hands back a pointer to it
  std::jmp_buf escape;
  bool early_end = false;  // the file ended before its end mark
};

// Whether a warning leaves the picture as it was saved: bytes that were skipped between its parts,
// and descriptions of a form that is not known. All others tell of pixels that are missing or made
// up.
bool is_harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR ||
         code == JWRN_BOGUS_ICC || code == JWRN_NOT_SEQUENTIAL;
}

// Kinds of JPEG that libjpeg says it does not read; anything else is damage.
bool is_unsupported(int code) {
  return code == JERR_BAD_PRECISION || code == JERR_SOF_UNSUPPORTED || code == JERR_ARITH_NOTIMPL ||
         code == JERR_CONVERSION_NOTIMPL || code == JERR_CCIR601_NOTIMPL ||
         code == JERR_COMPONENT_COUNT || code == JERR_FRACT_SAMPLE_NOTIMPL;
}

extern "C" {
static void leave(j_common_ptr info) {
  std::longjmp(reinterpret_cast<Errors*>(info->err)->escape, 1);
}

static void take_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace, no warning
  auto& errors = *reinterpret_cast<Errors*>(info->err);
  if (errors.base.msg_code == JWRN_JPEG_EOF) {
    errors.early_end = true;
  } else if (!is_harmless(errors.base.msg_code)) {
    leave(info);
  }
}

static void limit_scans(j_common_ptr info) {
  auto* jpeg = reinterpret_cast<j_decompress_ptr>(info);
  if (jpeg->input_scan_number > kMostScans) ERREXIT(info, JERR_BAD_PROGRESSION);
}
}

class Jpeg {
 public:
  Jpeg(Bytes bytes, const std::string& name) : name_(name) {
    jpeg_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = leave;
    errors_.base.emit_message = take_message;
    monitor_.progress_monitor = limit_scans;
    step([&] {
      jpeg_create_decompress(&jpeg_);
      jpeg_.progress = &monitor_;
      jpeg_mem_src(&jpeg_, bytes.data(), bytes.size());
      jpeg_save_markers(&jpeg_, kApp1, 0xffff);
      jpeg_read_header(&jpeg_, TRUE);
    });
  }
  ~Jpeg() { jpeg_destroy_decompress(&jpeg_); }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;

  Image decode() {
    require_readable_size(jpeg_.image_width, jpeg_.image_height, name_);
    const int turn = orientation();  // libjpeg forgets it at the end
    const bool inks = jpeg_.num_components == 4;
    const bool grey = jpeg_.num_components == 1;
    jpeg_.out_color_space = inks ? JCS_CMYK : grey ? JCS_GRAYSCALE : JCS_RGB;
    const std::size_t count = std::size_t{jpeg_.image_width} * jpeg_.image_height;
    std::vector<std::uint8_t> samples((inks ? 4 : grey ? 1 : 3) * count);
    read(samples);
    const int height = static_cast<int>(jpeg_.image_height);
    const int width = static_cast<int>(jpeg_.image_width);
    if (inks) print(samples);
    auto image =
        grey ? Image{{1, height, width}, std::move(samples)} : from_rgb(samples, height, width);
    return turned_upright(std::move(image), turn);
  }

 private:
  // Calls run(), which libjpeg may leave at any call: nothing in it may need a destructor.
  template <class Run>
  void step(Run run) {
    if (setjmp(errors_.escape) == 0) return run();
    std::array<char, JMSG_LENGTH_MAX> text{};
    errors_.base.format_message(reinterpret_cast<j_common_ptr>(&jpeg_), text.data());
    const bool unsupported = is_unsupported(errors_.base.msg_code);
    jpeg_destroy_decompress(&jpeg_);
    if (unsupported) {
      throw Error("{}: a kind of JPEG that is not read ({}); save it as PNG or as an 8-bit JPEG",
                  name_, text.data());
    }
    throw Error("{}: damaged or truncated JPEG ({})", name_, text.data());
  }

  void read(std::vector<std::uint8_t>& samples) {
    auto* const begin = samples.data();
    const auto size = samples.size();
    step([this, begin, size] {
      jpeg_start_decompress(&jpeg_);
      const std::size_t line = size / jpeg_.output_height;
      while (jpeg_.output_scanline < jpeg_.output_height) {
        JSAMPROW row = begin + jpeg_.output_scanline * line;
        jpeg_read_scanlines(&jpeg_, &row, 1);
      }
      whole_ = has_all_scans();
      jpeg_finish_decompress(&jpeg_);
    });
    if (errors_.early_end && !whole_) {
      throw Error("{}: damaged or truncated JPEG (Premature end of JPEG file)", name_);
    }
  }

  // Without its end mark a file may lack scans that were to come. What is there is complete: else
  // there would have been another warning.
  bool has_all_scans() const {
    if (jpeg_.progressive_mode == FALSE) return jpeg_.comps_in_scan == jpeg_.num_components;
    for (int c = 0; c < jpeg_.num_components; ++c) {  // 0: known to the last bit
      const auto& bits = jpeg_.coef_bits[c];
      if (std::any_of(std::begin(bits), std::end(bits), [](int v) { return v != 0; })) return false;
    }
    return true;
  }

  // Inks to RGB, in place: [n, 4] -> [n, 3]. Adobe's programs, and those that say they write as
  // they do, store how much paper each ink leaves.
  void print(std::vector<std::uint8_t>& samples) const {
    const std::size_t count = samples.size() / 4;
    const unsigned flip = jpeg_.saw_Adobe_marker != FALSE ? 0 : 255;
    for (std::size_t i = 0; i < count; ++i) {
      const unsigned black = samples[4 * i + 3] ^ flip;
      for (std::size_t c = 0; c < 3; ++c) {
        const unsigned ink = samples[4 * i + c] ^ flip;
        samples[3 * i + c] = static_cast<std::uint8_t>((ink * black + 127) / 255);
      }
    }
    samples.resize(3 * count);
  }

  int orientation() const {
    for (const auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      const Bytes data(marker->data, marker->data_length);
      if (marker->marker == kApp1 && data.size() >= kExif.size() &&
          std::equal(kExif.begin(), kExif.end(), data.begin())) {
        return exif_orientation(data);
      }
    }
    return 1;
  }

  const std::string& name_;
  bool whole_ = false;
  Errors errors_{};
  jpeg_progress_mgr monitor_{};
  jpeg_decompress_struct jpeg_{};
};

}  // namespace

bool is_jpeg(Bytes bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

Image decode_jpeg(Bytes bytes, const std::string& name) { return Jpeg(bytes, name).decode(); }

}  // namespace anole
