#pragma once

// The step that all image data sets share: files sorted into classes in, rows of bytes out.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anole/core/shape.h"
#include "anole/data/class_dataset.h"
#include "anole/data/dataset.h"
#include "anole/data/pictures.h"
#include "anole/files/archive.h"

namespace anole {

struct ImageFile {
  std::int32_t archive = 0;  // index into ImageSet::archives
  std::size_t entry = 0;     // index into its entries()
};

struct ImageSet {
  std::string name = {};  // of the data set, for messages and the cache
  std::vector<std::unique_ptr<Archive>> archives = {};
  std::vector<ImageFile> files = {};    // class by class
  std::vector<ClassInfo> classes = {};  // tile `files` in order

  void add_class(std::string class_name, std::string group, const std::vector<ImageFile>& members);
  std::string describe(const ImageFile& file) const;
  std::vector<std::uint8_t> read(const ImageFile& file) const;
};

// What image_cache.h appends to the pixels in its files; room for it is reserved in ImageRows.
inline constexpr std::size_t kCacheRecordBytes = 512;

// Decoded and resized images, in the order of ImageSet::files.
struct ImageRows {
  Shape shape;                       // of one
  std::vector<std::uint8_t> pixels;  // [files, C, H, W]
  PictureCounts counts = {};
};

// Decodes all files as `how` says, without inverting them, on `threads` worker threads (0: all
// cores). Throws Error of the first file, in order, that cannot be decoded.
ImageRows decode_images(const ImageSet& set, const Preprocessing& how, int threads);

// The same to one channel, if no image has a colour; nothing as soon as one has.
std::optional<ImageRows> decode_if_grey(const ImageSet& set, const Preprocessing& how, int threads);

// value = byte / 255.
inline constexpr double kByteScale = 1.0 / 255;
std::array<float, 256> byte_values();

// What was made by `how` from what `options` say, with which classes for what.
struct ImageOrigin {
  Preprocessing how;
  DataOptions options;
  ClassSplit split;
  std::string split_name;
};

// What every image data set hands over: rows that are inverted where they are to be, the ground of
// the training classes' pictures, and notes.
LoadedData loaded_images(const ImageSet& set, ImageRows rows, ImageOrigin origin);

}  // namespace anole
