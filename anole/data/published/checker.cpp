#include "anole/data/published/checker.h"

#include <algorithm>

#include "anole/core/parallel.h"
#include "anole/files/digest.h"
#include "anole/files/image.h"
#include "anole/io/file_system.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

std::string size_and_kind(const Shape& shape) {
  return fmt::format("{}x{} {}", shape.height, shape.width, shape.channels == 1 ? "grey" : "RGB");
}

// One image of an archive after decoding.
struct Decoded {
  Shape shape;
  std::string problem;  // empty if it could be decoded
};

// Every entry of an archive that is named like an image; the others have shape 0.
std::vector<Decoded> decode_all(const Archive& archive, int threads) {
  std::vector<Decoded> decoded(archive.entries().size());
  WorkerPool pool(resolved_threads(threads));
  pool.run(static_cast<std::int64_t>(decoded.size()), [&](int, std::int64_t index) {
    const auto i = static_cast<std::size_t>(index);
    if (!has_image_extension(archive.entries()[i].name)) return;
    const auto where = archive.describe(i);
    try {
      decoded[i].shape = decode_image(archive.read(i), where).shape;
    } catch (const Error& error) {
      decoded[i].problem = reason_of(error, where);
    }
  });
  return decoded;
}

}  // namespace

std::string reason_of(const Error& error, const std::string& where) {
  const std::string message = error.what();
  return message.starts_with(where + ": ") ? message.substr(where.size() + 2) : message;
}

Checker::Checker(std::string name, fs::path folder, int threads) : threads_(threads) {
  report_.name = std::move(name);
  report_.folder = std::move(folder);
}

void Checker::problem(std::string where, std::string reason) {
  report_.problems.push_back({std::move(where), std::move(reason)});
}

void Checker::note(std::string text) { report_.notes.push_back(std::move(text)); }

void Checker::groups(std::size_t count) { report_.groups = static_cast<std::int32_t>(count); }

void Checker::begin(DataPart part) {
  if (is_plain_file(part.path)) {
    part.bytes = static_cast<std::int64_t>(file_bytes(part.path));
    part.md5 = file_digest(part.path, Digest::Kind::kMd5);
  }
  report_.parts.push_back(std::move(part));
}

std::unique_ptr<Archive> Checker::open(DataPart part) {
  std::unique_ptr<Archive> archive;
  try {
    archive = Archive::open(part.path);
    for (const auto& entry : archive->entries())
      part.bytes += static_cast<std::int64_t>(entry.size);
    if (is_plain_file(part.path)) {
      part.bytes = static_cast<std::int64_t>(file_bytes(part.path));
      part.md5 = file_digest(part.path, Digest::Kind::kMd5);
    }
  } catch (const Error& error) {
    problem(part.path.string(), reason_of(error, part.path.string()));
  }
  report_.parts.push_back(std::move(part));
  return archive;
}

void Checker::decode(const Archive& archive, const Shape& expected) {
  const auto decoded = decode_all(archive, threads_);
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const auto& [shape, reason] = decoded[i];
    if (!reason.empty()) problem(archive.describe(i), reason);
    if (shape.channels == 0) continue;
    saw(shape);
    const bool fits = shape.height == expected.height && shape.width == expected.width &&
                      shape.channels <= expected.channels;
    if (expected.channels != 0 && !fits) {
      problem(archive.describe(i),
              fmt::format("{}, expected {}", size_and_kind(shape), size_and_kind(expected)));
    }
  }
}

void Checker::saw(const Shape& shape) {
  sizes_.insert({shape.height, shape.width});
  has_color_ = has_color_ || shape.channels == 3;
}

void Checker::count(const std::vector<std::int32_t>& items) {
  auto& part = report_.parts.back();
  part.classes = static_cast<std::int32_t>(items.size());
  for (const auto n : items) part.items += n;
  if (!items.empty()) {
    const auto [fewest, most] = std::ranges::minmax(items);
    part.fewest = fewest;
    part.most = most;
  }
  if (part.expected_classes != 0 && part.classes != part.expected_classes) {
    problem(part.path.string(), fmt::format("expected {} {} classes, found {}",
                                            part.expected_classes, part.name, part.classes));
  }
}

DataReport Checker::finish() {
  for (const auto& part : report_.parts) {
    report_.classes += part.classes;
    report_.items += part.items;
    report_.bytes += part.bytes;
  }
  if (sizes_.size() == 1) {
    report_.image =
        size_and_kind({has_color_ ? 3 : 1, sizes_.begin()->first, sizes_.begin()->second});
  } else if (!sizes_.empty()) {
    report_.image = fmt::format("{} sizes, {}", sizes_.size(), has_color_ ? "RGB" : "grey");
  }
  return std::move(report_);
}

}  // namespace anole
