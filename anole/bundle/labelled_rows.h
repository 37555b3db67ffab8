#pragma once

// A user's own examples: rows with the names of their classes. Their canonical order makes an
// adaptation the same whatever order they came in, and in however many steps.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/shape.h"
#include "anole/tasks/task.h"

namespace anole {

// More classes are refused: an output layer is made for them, and tasks are few-shot.
inline constexpr int kMostWays = 200;

struct LabelledRow {
  std::string label;            // UTF-8, not empty
  std::string name = {};        // of its file, for people; may be empty
  std::vector<float> row = {};  // [C, H, W]
  bool operator==(const LabelledRow&) const = default;
};

// By label, then name, then values, all bytewise.
void sort_canonically(std::vector<LabelledRow>& rows);

// The labels in use, each once, in bytewise order: the order of an adapted network's outputs.
std::vector<std::string> labels_of(const std::vector<LabelledRow>& rows);

// Throws Error for fewer than 2 or more than kMostWays classes, a row that is not of `shape`, a
// number that is not finite, and the same row under two labels, naming both. `rows` are in
// canonical order.
void check_examples(const std::vector<LabelledRow>& rows, const Shape& shape);

// Rows of the same class that are equal, a line each: "cat: 2.png and 3.png are the same".
std::vector<std::string> repeated_examples(const std::vector<LabelledRow>& rows);

// The rows as support of a task: labels in [0, labels.size()).
Task support_task(const std::vector<LabelledRow>& rows, const std::vector<std::string>& labels);

}  // namespace anole
