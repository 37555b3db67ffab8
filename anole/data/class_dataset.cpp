#include "anole/data/class_dataset.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "anole/core/error.h"
#include "anole/data/preprocessing.h"
#include "anole/files/digest.h"

namespace anole {
namespace {

void check_shape(const Shape& shape) {
  if (shape.channels < 1 || shape.height < 1 || shape.width < 1) {
    throw Error("data set: found rows of shape {} x {} x {}, every dimension must be at least 1",
                shape.channels, shape.height, shape.width);
  }
}

void check_names(const std::vector<ClassInfo>& classes) {
  std::unordered_set<std::string_view> seen;
  for (const auto& one : classes) {
    if (!seen.insert(one.name).second) {
      throw Error("data set: two classes are named '{}'; class names must differ", one.name);
    }
  }
}

void check_rows(std::size_t values, const Shape& shape, std::size_t labels) {
  check_shape(shape);
  if (values != labels * shape.size()) {
    throw Error(
        "data set: found {} values for {} labels; rows of shape {} x {} x {} need {} values",
        values, labels, shape.channels, shape.height, shape.width, labels * shape.size());
  }
}

// How many rows bear each label.
std::vector<ClassInfo> count_labels(std::span<const std::int32_t> labels,
                                    std::vector<std::string> names) {
  std::vector<ClassInfo> classes(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) classes[i].name = std::move(names[i]);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0 || static_cast<std::size_t>(labels[row]) >= classes.size()) {
      throw Error("data set: row {} has label {}; with {} class names labels are 0 to {}", row,
                  labels[row], classes.size(), static_cast<std::int64_t>(classes.size()) - 1);
    }
    ++classes[static_cast<std::size_t>(labels[row])].items;
  }
  std::int32_t first = 0;
  for (auto& one : classes) {
    one.first_item = first;
    first += one.items;
    if (one.items == 0) {
      throw Error("data set: class '{}' has no rows; remove its name or add rows", one.name);
    }
  }
  return classes;
}

void check_tiling(const std::vector<ClassInfo>& classes, std::int64_t items) {
  std::int64_t next = 0;
  for (const auto& one : classes) {
    if (one.items < 1) throw Error("data set: class '{}' has no images", one.name);
    if (one.first_item != next) {
      throw Error("data set: class '{}' begins at image {}, expected {} (classes lie in order)",
                  one.name, one.first_item, next);
    }
    next += one.items;
  }
  if (next != items) {
    throw Error("data set: the classes hold {} images, but there are {}", next, items);
  }
}

// Where the pixels of an image come from that is mirrored, then turned counter-clockwise: output
// pixel (row, column) is input pixel start + row * down + column * right.
struct Turn {
  std::ptrdiff_t start, down, right;
};
Turn turn_of(const Shape& shape, const ClassRef& ref) {
  // Input pixel (0, 0), and what one row and one column further are, of the image as it is
  // mirrored.
  const std::ptrdiff_t width = shape.width, last = width - 1;
  const std::ptrdiff_t first = ref.mirrored ? last : 0, across = ref.mirrored ? -1 : 1;
  switch (ref.quarter_turns) {
    case 1:
      return {first + last * across, -across, width};
    case 2:
      return {first + last * width + last * across, -width, -across};
    case 3:
      return {first + last * width, across, -width};
    default:
      return {first, width, across};
  }
}

// out <- value_of(pixel) of every pixel of `image`, turned.
template <class Pixel, class ValueOf>
void copy_turned(const Shape& shape, const ClassRef& ref, const Pixel* image, float* out,
                 ValueOf value_of) {
  const Turn turn = turn_of(shape, ref);
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int row = 0; row < shape.height; ++row) {
      const std::ptrdiff_t from = turn.start + row * turn.down;
      for (int column = 0; column < shape.width; ++column) {
        *out++ = value_of(image[from + column * turn.right]);
      }
    }
    image += std::ptrdiff_t{shape.height} * shape.width;
  }
}

// Of values of any type, with the length in bytes first.
template <class T>
std::string_view as_field(const T* values, std::size_t count) {
  return {reinterpret_cast<const char*>(values), count * sizeof(T)};
}

}  // namespace

ClassDataset ClassDataset::from_rows(std::span<const float> rows, Shape shape,
                                     std::span<const std::int32_t> labels,
                                     std::vector<std::string> names) {
  check_rows(rows.size(), shape, labels.size());
  ClassDataset set;
  set.shape_ = shape;
  set.items_ = static_cast<std::int64_t>(labels.size());
  set.classes_ = count_labels(labels, std::move(names));
  check_names(set.classes_);
  set.floats_.resize(rows.size());
  std::vector<std::int32_t> next;  // where the next row of each class goes
  for (const auto& one : set.classes_) next.push_back(one.first_item);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(labels[row])]++);
    const auto from = rows.subspan(row * shape.size(), shape.size());
    std::copy(from.begin(), from.end(),
              set.floats_.begin() + static_cast<std::ptrdiff_t>(place * shape.size()));
  }
  return set;
}

ClassDataset ClassDataset::from_bytes(std::vector<std::uint8_t> pixels, Shape shape,
                                      std::array<float, 256> values,
                                      std::vector<ClassInfo> classes) {
  check_shape(shape);
  if (pixels.size() % shape.size() != 0) {
    throw Error("data set: found {} bytes, expected a multiple of {} (images {} x {} x {})",
                pixels.size(), shape.size(), shape.channels, shape.height, shape.width);
  }
  ClassDataset set;
  set.shape_ = shape;
  set.items_ = static_cast<std::int64_t>(pixels.size() / shape.size());
  check_tiling(classes, set.items_);
  check_names(classes);
  set.classes_ = std::move(classes);
  set.bytes_ = std::move(pixels);
  set.byte_values_ = values;
  return set;
}

ClassDataset ClassDataset::standardized(std::vector<double> mean,
                                        std::vector<double> deviation) && {
  ANOLE_CHECK(bytes_.empty() && mean.size() == shape_.size() && deviation.size() == mean.size());
  mean_ = std::move(mean);
  deviation_ = std::move(deviation);
  return std::move(*this);
}

void ClassDataset::copy_standardized(const ClassRef& ref, const float* row, float* out) const {
  std::vector<float> values(shape_.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = anole::standardized(row[i], mean_[i], deviation_[i]);
  }
  copy_turned(shape_, ref, values.data(), out, [](float value) { return value; });
}

void ClassDataset::copy_row(const ClassRef& ref, std::int32_t item, std::span<float> out) const {
  ANOLE_CHECK(ref.class_index >= 0 && static_cast<std::size_t>(ref.class_index) < classes_.size());
  const auto& which = classes_[static_cast<std::size_t>(ref.class_index)];
  ANOLE_CHECK(item >= 0 && item < which.items && out.size() == shape_.size());
  ANOLE_CHECK(ref.quarter_turns >= 0 && ref.quarter_turns < 4);
  ANOLE_CHECK(ref.quarter_turns == 0 || shape_.height == shape_.width);
  const std::size_t first = static_cast<std::size_t>(which.first_item + item) * shape_.size();
  if (!mean_.empty()) {
    copy_standardized(ref, floats_.data() + first, out.data());
  } else if (bytes_.empty()) {
    copy_turned(shape_, ref, floats_.data() + first, out.data(), [](float value) { return value; });
  } else {
    copy_turned(shape_, ref, bytes_.data() + first, out.data(),
                [values = byte_values_.data()](std::uint8_t byte) { return values[byte]; });
  }
}

std::string ClassDataset::content_hash() const {
  const auto number = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  Digest digest(Digest::Kind::kSha256);
  for (const int size : {shape_.channels, shape_.height, shape_.width}) digest.add(number(size));
  digest.add(number(std::ssize(classes_)));
  for (const auto& one : classes_) digest.add(std::string_view(one.name)).add(number(one.items));
  digest.add(as_field(bytes_.data(), bytes_.size()));
  if (!bytes_.empty()) digest.add(as_field(byte_values_.data(), byte_values_.size()));
  digest.add(as_field(floats_.data(), floats_.size()));
  return digest.hex().substr(0, 16);
}

}  // namespace anole
