#pragma once

// Small data sets of classes, for tests of their tasks.

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "anole/data/class_dataset.h"

namespace anole {

// `classes` classes of `items` rows [2]: {class, item}.
inline ClassDataset numbered(std::int32_t classes, std::int32_t items) {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  for (std::int32_t c = 0; c < classes; ++c) {
    names.push_back("class" + std::to_string(c));
    for (std::int32_t i = 0; i < items; ++i) {
      labels.push_back(c);
      rows.insert(rows.end(), {static_cast<float>(c), static_cast<float>(i)});
    }
  }
  return ClassDataset::from_rows(rows, Shape{2}, labels, names);
}

// Alphabets of the given sizes, each character with `items` rows [1, 2, 2].
inline ClassDataset alphabets(const std::vector<int>& sizes, std::int32_t items = 3) {
  std::vector<ClassInfo> classes;
  std::array<float, 256> values{};
  for (std::size_t v = 0; v < 256; ++v) values[v] = static_cast<float>(v);
  std::int32_t first = 0;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (int c = 0; c < sizes[a]; ++c, first += items) {
      const auto group = fmt::format("alphabet{}", a);
      classes.push_back({fmt::format("{}/character{}", group, c), group, first, items});
    }
  }
  std::vector<std::uint8_t> pixels;
  for (std::int32_t i = 0; i < first; ++i) pixels.insert(pixels.end(), {1, 2, 3, 4});
  return ClassDataset::from_bytes(pixels, {1, 2, 2}, values, classes);
}

inline std::vector<ClassRef> all_of(const ClassDataset& dataset) {
  std::vector<ClassRef> refs;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(dataset.classes().size()); ++c) {
    refs.push_back({c, 0});
  }
  return refs;
}

}  // namespace anole
