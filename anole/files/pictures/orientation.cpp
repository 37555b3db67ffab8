#include "anole/files/pictures/orientation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

constexpr std::array<std::uint8_t, 6> kPrefix = {'E', 'x', 'i', 'f', 0, 0};
constexpr std::uint64_t kOrientation = 0x0112;
constexpr std::uint64_t kShort = 3, kLong = 4;  // types of a value
constexpr std::size_t kEntryBytes = 12;         // tag, type, count, value

// Numbers of a TIFF; 0 beyond its end.
class Tiff {
 public:
  explicit Tiff(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    big_endian_ = !bytes.empty() && bytes[0] == 'M';
  }

  std::uint64_t number(std::uint64_t at, std::uint64_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) return 0;
    std::uint64_t value = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      value = value << 8 | bytes_[at + (big_endian_ ? i : size - 1 - i)];
    }
    return value;
  }

  bool is_one() const {
    return bytes_.size() >= 8 && bytes_[0] == bytes_[1] && (bytes_[0] == 'I' || bytes_[0] == 'M') &&
           number(2, 2) == 42;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool big_endian_ = false;
};

std::uint64_t value_of(const Tiff& tiff, std::uint64_t entry) {
  const auto type = tiff.number(entry + 2, 2);
  if (tiff.number(entry + 4, 4) != 1) return 0;
  return type == kShort ? tiff.number(entry + 8, 2) : type == kLong ? tiff.number(entry + 8, 4) : 0;
}

// Which way the rows and columns of the result run over the stored picture.
struct Turn {
  bool swapped, down, right;  // swapped: result's rows are stored columns; false: from the far end
};
constexpr std::array<Turn, 8> kTurns = {{{false, true, true},
                                         {false, true, false},
                                         {false, false, false},
                                         {false, false, true},
                                         {true, true, true},
                                         {true, false, true},
                                         {true, false, false},
                                         {true, true, false}}};

}  // namespace

int exif_orientation(std::span<const std::uint8_t> exif) {
  if (exif.size() >= kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), exif.begin())) {
    exif = exif.subspan(kPrefix.size());
  }
  const Tiff tiff(exif);
  if (!tiff.is_one()) return 1;
  const auto directory = tiff.number(4, 4);
  const auto entries = tiff.number(directory, 2);
  for (std::uint64_t i = 0; i < entries; ++i) {
    const auto entry = directory + 2 + i * kEntryBytes;
    if (tiff.number(entry, 2) != kOrientation) continue;
    const auto value = value_of(tiff, entry);
    return value >= 1 && value <= kTurns.size() ? static_cast<int>(value) : 1;
  }
  return 1;
}

Image turned_upright(Image image, int orientation) {
  ANOLE_CHECK(orientation >= 1 && orientation <= 8);
  if (orientation == 1) return image;
  const auto [swapped, down, right] = kTurns[static_cast<std::size_t>(orientation - 1)];
  const auto height = static_cast<std::size_t>(image.shape.height);
  const auto width = static_cast<std::size_t>(image.shape.width);
  Image out{image.shape, std::vector<std::uint8_t>(image.pixels.size())};
  if (swapped) std::swap(out.shape.height, out.shape.width);
  const auto rows = static_cast<std::size_t>(out.shape.height);
  const auto columns = static_cast<std::size_t>(out.shape.width);
  auto* next = out.pixels.data();
  for (std::size_t c = 0; c < static_cast<std::size_t>(image.shape.channels); ++c) {
    const auto* plane = image.pixels.data() + c * height * width;
    for (std::size_t y = 0; y < rows; ++y) {
      for (std::size_t x = 0; x < columns; ++x) {
        const auto row = swapped ? x : y, column = swapped ? y : x;
        *next++ =
            plane[(down ? row : height - 1 - row) * width + (right ? column : width - 1 - column)];
      }
    }
  }
  return out;
}

}  // namespace anole
