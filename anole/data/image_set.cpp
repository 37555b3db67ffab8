#include "anole/data/image_set.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <span>

#include "anole/core/parallel.h"
#include "anole/data/row.h"
#include "anole/files/image.h"

namespace anole {
namespace {

constexpr std::int64_t kFilesOfAJob =
    64;  // a small PNG takes 50 us to decode, a job should take ms

ImageRows empty_rows(const ImageSet& set, const Shape& shape) {
  ImageRows rows{shape, {}};
  rows.pixels.reserve(set.files.size() * shape.size() + kCacheRecordBytes);
  rows.pixels.resize(set.files.size() * shape.size());
  return rows;
}

Image decode(const ImageSet& set, std::size_t i) {
  return decode_image(set.read(set.files[i]), set.describe(set.files[i]));
}

void put(Image image, ImageRows& rows, std::size_t i) {
  const auto size = rows.shape.size();
  picture_pixels(std::move(image), rows.shape, std::span(rows.pixels).subspan(i * size, size));
}

// Calls one(i) for every file, on worker threads.
void for_each_file(const ImageSet& set, int threads, const std::function<void(std::size_t)>& one) {
  const auto files = static_cast<std::int64_t>(set.files.size());
  WorkerPool pool(resolved_threads(threads));
  pool.run((files + kFilesOfAJob - 1) / kFilesOfAJob, [&](int, std::int64_t job) {
    const auto end = std::min(files, (job + 1) * kFilesOfAJob);
    for (auto i = job * kFilesOfAJob; i < end; ++i) one(static_cast<std::size_t>(i));
  });
}

}  // namespace

void ImageSet::add_class(std::string class_name, std::string group,
                         const std::vector<ImageFile>& members) {
  classes.push_back({.name = std::move(class_name),
                     .group = std::move(group),
                     .first_item = static_cast<std::int32_t>(files.size()),
                     .items = static_cast<std::int32_t>(members.size())});
  files.insert(files.end(), members.begin(), members.end());
}

std::string ImageSet::describe(const ImageFile& file) const {
  return archives[static_cast<std::size_t>(file.archive)]->describe(file.entry);
}

std::vector<std::uint8_t> ImageSet::read(const ImageFile& file) const {
  return archives[static_cast<std::size_t>(file.archive)]->read(file.entry);
}

ImageRows decode_images(const ImageSet& set, const Shape& shape, int threads) {
  auto rows = empty_rows(set, shape);
  for_each_file(set, threads, [&](std::size_t i) { put(decode(set, i), rows, i); });
  return rows;
}

std::optional<ImageRows> decode_if_grey(const ImageSet& set, int height, int width, int threads) {
  auto rows = empty_rows(set, {1, height, width});
  std::atomic<bool> has_color = false;
  for_each_file(set, threads, [&](std::size_t i) {
    if (has_color) return;
    auto image = decode(set, i);
    if (image.shape.channels == 1) {
      put(std::move(image), rows, i);
    } else {
      has_color = true;
    }
  });
  if (has_color) return {};
  return rows;
}

std::array<float, 256> byte_values() {
  std::array<float, 256> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(static_cast<double>(i) * kByteScale);
  }
  return values;
}

LoadedData loaded_images(const ImageSet& set, ImageRows rows, ClassSplit split,
                         std::string split_name) {
  return {.dataset = ClassDataset::from_bytes(std::move(rows.pixels), rows.shape, byte_values(),
                                              set.classes),
          .split = std::move(split),
          .preprocessing = {.shape = rows.shape, .resize = Resize::kNearest, .scale = kByteScale},
          .name = set.name,
          .split_name = std::move(split_name)};
}

}  // namespace anole
