#include "anole/data/image_set.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <span>

#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/data/ground.h"
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

// What is counted of one picture.
struct Seen {
  bool colored = false, reshaped = false, nearest = false;
};

Seen put(Image image, const Preprocessing& how, ImageRows& rows, std::size_t i) {
  const auto size = rows.shape.size();
  const auto &from = image.shape, &to = rows.shape;
  const bool same_size = from.height == to.height && from.width == to.width;
  const Seen seen{
      .colored = from.channels == 3,
      .reshaped = std::int64_t{from.height} * to.width != std::int64_t{from.width} * to.height,
      .nearest = !same_size && takes_nearest(how, from)};
  picture_pixels(std::move(image), how, std::span(rows.pixels).subspan(i * size, size));
  return seen;
}

PictureCounts count(const std::vector<Seen>& pictures) {
  PictureCounts counts{.files = std::ssize(pictures)};
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto& [colored, reshaped, nearest] = pictures[i];
    if (colored && counts.colored++ == 0) counts.first_colored = static_cast<std::int64_t>(i);
    if (reshaped && counts.reshaped++ == 0) counts.first_reshaped = static_cast<std::int64_t>(i);
    if (nearest) ++counts.nearest;
  }
  return counts;
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

ImageRows decode_images(const ImageSet& set, const Preprocessing& how, int threads) {
  auto rows = empty_rows(set, how.shape);
  std::vector<Seen> seen(set.files.size());
  for_each_file(set, threads, [&](std::size_t i) { seen[i] = put(decode(set, i), how, rows, i); });
  rows.counts = count(seen);
  return rows;
}

std::optional<ImageRows> decode_if_grey(const ImageSet& set, const Preprocessing& how,
                                        int threads) {
  ANOLE_CHECK(how.shape.channels == 1);
  auto rows = empty_rows(set, how.shape);
  std::vector<Seen> seen(set.files.size());
  std::atomic<bool> has_color = false;
  for_each_file(set, threads, [&](std::size_t i) {
    if (has_color) return;
    auto image = decode(set, i);
    if (image.shape.channels == 1) {
      seen[i] = put(std::move(image), how, rows, i);
    } else {
      has_color = true;
    }
  });
  if (has_color) return {};
  rows.counts = count(seen);
  return rows;
}

std::array<float, 256> byte_values() {
  std::array<float, 256> values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(static_cast<double>(i) * kByteScale);
  }
  return values;
}

namespace {

std::string name_of(const ImageSet& set, std::int64_t file) {
  if (set.files.empty()) return {};  // drawn, not read
  const auto& [archive, entry] = set.files[static_cast<std::size_t>(file)];
  return set.archives[static_cast<std::size_t>(archive)]->entries()[entry].name;
}

std::vector<Ground> grounds_of(const ImageRows& rows) {
  const auto size = rows.shape.size();
  std::vector<Ground> grounds(rows.pixels.size() / size);
  for (std::size_t i = 0; i < grounds.size(); ++i) {
    grounds[i] = ground_of(std::span(rows.pixels).subspan(i * size, size), rows.shape);
  }
  return grounds;
}

// Of the pictures that may be trained on; of all where there are none.
Ground training_ground(const std::vector<Ground>& all, const std::vector<ClassInfo>& classes,
                       const ClassSplit& split) {
  std::vector<Ground> chosen;
  for (const auto& ref : split.train) {
    const auto& info = classes[static_cast<std::size_t>(ref.class_index)];
    const auto first = all.begin() + info.first_item;
    chosen.insert(chosen.end(), first, first + info.items);
  }
  return common_ground(chosen.empty() ? all : chosen);
}

Ground opposite(Ground ground) {
  return ground == Ground::kUnknown ? ground
         : ground == Ground::kLight ? Ground::kDark
                                    : Ground::kLight;
}

}  // namespace

LoadedData loaded_images(const ImageSet& set, ImageRows rows, ImageOrigin origin) {
  const auto& options = origin.options;
  auto made = origin.how;
  made.shape = rows.shape;
  const auto grounds = grounds_of(rows);
  const auto ground = common_ground(grounds);
  made.invert = inverts(options.invert, ground, options.network);
  made.ground = training_ground(grounds, set.classes, origin.split);
  if (made.invert) {
    made.ground = opposite(made.ground);
    for (auto& byte : rows.pixels) byte = static_cast<std::uint8_t>(255 - byte);
  }
  auto notes = picture_notes(rows.counts,
                             {.dataset = set.name,
                              .colored = name_of(set, rows.counts.first_colored),
                              .reshaped = name_of(set, rows.counts.first_reshaped)},
                             made, options);
  if (auto note = ground_note(ground, made.invert, options); !note.empty()) notes.push_back(note);
  return {.dataset = ClassDataset::from_bytes(std::move(rows.pixels), rows.shape, byte_values(),
                                              set.classes),
          .split = std::move(origin.split),
          .preprocessing = std::move(made),
          .name = set.name,
          .split_name = std::move(origin.split_name),
          .notes = std::move(notes)};
}

}  // namespace anole
