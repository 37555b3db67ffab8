#pragma once

// A data set as few-shot learning sees it: classes, each a list of items, each item a row of one
// shape. Images are held as bytes (28 x 28 Omniglot: 25 MB), vectors as floats; rows become floats
// when a task copies them. Immutable after construction, so any number of threads may read it.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "anole/core/shape.h"

namespace anole {

struct ClassInfo {
  std::string name;   // unique in the data set, e.g. "Korean/character07"
  std::string group;  // what related classes share, e.g. the alphabet; may be empty
  std::int32_t first_item = 0;
  std::int32_t items = 0;
};

// A class as tasks use it: rotations and mirror images of a character are classes of their own in
// training.
struct ClassRef {
  std::int32_t class_index = 0;    // in ClassDataset::classes()
  std::int32_t quarter_turns = 0;  // 0-3, counter-clockwise
  bool mirrored = false;           // left to right, before it is turned
  bool operator==(const ClassRef&) const = default;
};

class ClassDataset {
 public:
  // `rows` holds the items of class 0, then of class 1, …, each `shape.size()` long; `labels` has
  // one class index in [0, names.size()) per row, in any order (rows are regrouped by class, order
  // kept inside a class). Throws Error if sizes do not match or a class is empty.
  static ClassDataset from_rows(std::span<const float> rows, Shape shape,
                                std::span<const std::int32_t> labels,
                                std::vector<std::string> names);

  // Byte images whose value v means `values[v]`. Classes must tile the items in order.
  static ClassDataset from_bytes(std::vector<std::uint8_t> pixels, Shape shape,
                                 std::array<float, 256> values, std::vector<ClassInfo> classes);

  // The same data, but rows are copied as (value - mean) / deviation, number by number; both are
  // [shape().size()], deviations above 0. For data from rows. The hash is not changed: it names the
  // data, whatever is made of them.
  ClassDataset standardized(std::vector<double> mean, std::vector<double> deviation) &&;

  const Shape& shape() const { return shape_; }
  const std::vector<ClassInfo>& classes() const { return classes_; }
  std::int64_t items() const { return items_; }

  // Copies item `item` of the class `ref` to `out` [shape().size()], mirrored and turned as `ref`
  // says (images must be square to be turned).
  void copy_row(const ClassRef& ref, std::int32_t item, std::span<float> out) const;

  // Hash of everything above: shape, names, rows. Recorded in run.json and checkpoints as 16 hex
  // digits.
  std::string content_hash() const;

 private:
  void copy_standardized(const ClassRef& ref, const float* row, float* out) const;

  Shape shape_;
  std::int64_t items_ = 0;
  std::vector<ClassInfo> classes_;
  std::vector<std::uint8_t> bytes_;  // either bytes_ …
  std::array<float, 256> byte_values_{};
  std::vector<float> floats_;             // … or floats_
  std::vector<double> mean_, deviation_;  // of floats_; empty: copied as they are
};

// Which classes may be used for what; disjoint characters.
struct ClassSplit {
  std::vector<ClassRef> train, validation, test;
};

}  // namespace anole
