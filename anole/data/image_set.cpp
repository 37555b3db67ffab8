#include "anole/data/image_set.h"

#include <algorithm>
#include <span>

#include "anole/core/parallel.h"
#include "anole/data/image.h"

namespace anole {
namespace {

constexpr std::int64_t kFilesOfAJob =
    64;  // a small PNG takes 50 us to decode, a job should take ms

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
  ImageRows rows{shape, {}};
  rows.pixels.reserve(set.files.size() * shape.size() + kCacheRecordBytes);
  rows.pixels.resize(set.files.size() * shape.size());
  const auto files = static_cast<std::int64_t>(set.files.size());
  WorkerPool pool(threads == 0 ? available_cores() : threads);
  pool.run((files + kFilesOfAJob - 1) / kFilesOfAJob, [&](int, std::int64_t job) {
    const auto end = std::min(files, (job + 1) * kFilesOfAJob);
    for (auto i = static_cast<std::size_t>(job * kFilesOfAJob); i < static_cast<std::size_t>(end);
         ++i) {
      const auto& file = set.files[i];
      decode_row(set.read(file), set.describe(file), shape,
                 std::span(rows.pixels).subspan(i * shape.size(), shape.size()));
    }
  });
  return rows;
}

std::array<float, 256> byte_values() {
  std::array<float, 256> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(static_cast<double>(i) * kByteScale);
  }
  return values;
}

}  // namespace anole
