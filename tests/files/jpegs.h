#pragma once

// JPEGs that the tests of this folder write for themselves.

#include <cstdio>  // jpeglib.h needs it
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <cstdlib>

#include "tests/data/data_files.h"

namespace anole::testing {

struct JpegOptions {
  J_COLOR_SPACE space = JCS_RGB;  // of the samples
  J_COLOR_SPACE stored = JCS_YCbCr;
  bool progressive = false;
  Bytes exif = {};  // after "Exif\0\0"
};

// At quality 100, colours not subsampled.
inline Bytes jpeg(int width, int height, Bytes samples, const JpegOptions& options = {}) {
  jpeg_compress_struct encoder{};
  jpeg_error_mgr errors{};
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &data, &size);
  const int channels = options.space == JCS_CMYK ? 4 : options.space == JCS_RGB ? 3 : 1;
  encoder.image_width = static_cast<unsigned>(width);
  encoder.image_height = static_cast<unsigned>(height);
  encoder.input_components = channels;
  encoder.in_color_space = options.space;
  jpeg_set_defaults(&encoder);
  jpeg_set_colorspace(&encoder, options.stored);
  jpeg_set_quality(&encoder, 100, TRUE);
  for (int c = 0; c < encoder.num_components; ++c) {
    encoder.comp_info[c].h_samp_factor = encoder.comp_info[c].v_samp_factor = 1;
  }
  if (options.progressive) jpeg_simple_progression(&encoder);
  jpeg_start_compress(&encoder, TRUE);
  if (!options.exif.empty()) {
    Bytes marker{'E', 'x', 'i', 'f', 0, 0};
    marker.insert(marker.end(), options.exif.begin(), options.exif.end());
    jpeg_write_marker(&encoder, JPEG_APP0 + 1, marker.data(), static_cast<unsigned>(marker.size()));
  }
  for (int y = 0; y < height; ++y) {
    JSAMPROW row = samples.data() + y * width * channels;
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  Bytes bytes(data, data + size);
  std::free(data);
  return bytes;
}

// A description of one tag, orientation, as a TIFF of either byte order.
inline Bytes exif_of(std::uint8_t orientation, bool big_endian) {
  if (big_endian) {
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0};
  }
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0};
}

}  // namespace anole::testing
