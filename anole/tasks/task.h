#pragma once

// One few-shot problem. The letters used everywhere: N way (classes of a task), K shot (support
// rows of a class), Q query rows of a class, P parameters, B rows of a mini-batch, C H W of an
// image, D regression outputs. Row-major float32; labels int32.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace anole {

// What a row's answer is.
enum class AnswerKind {
  kClass,  // one of the task's N classes
  kValue,  // D numbers: regression
};

struct Examples {                             // views into the Task (or caller) that owns them
  std::span<const float> rows = {};           // [n, C, H, W]
  std::span<const std::int32_t> labels = {};  // [n], in [0, N); empty for regression
  std::span<const float> targets = {};        // [n, D]; empty for classification
  std::int64_t count = 0;                     // n
};

class Task {  // owns its rows; moves, never copies
 public:
  Task() = default;
  Task(Task&&) = default;
  Task& operator=(Task&&) = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  Examples support;  // N*K rows; the inner loop sees only these
  Examples query;    // N*Q rows; only eval sees these. Empty in meta-training: Reptile needs none
  int way = 0;       // N; 0 for regression
  std::vector<std::string>
      class_names;  // [N] in label order; of a regression task, its description

  // Where the views above point; filled by task sources.
  std::vector<float> rows, targets;
  std::vector<std::int32_t> labels;
};

}  // namespace anole
