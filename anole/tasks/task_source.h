#pragma once

// Where tasks come from. `task` is const and pure: the same arguments give the same task, in any
// thread and any order, so any task can be asked for again.

#include <cstdint>

#include "anole/core/rng.h"
#include "anole/core/shape.h"
#include "anole/tasks/task.h"

namespace anole {

// How many classes and rows a task has.
struct TaskShape {
  int ways = 5;     // N, classes
  int shots = 1;    // K, support rows of a class
  int queries = 1;  // Q, query rows of a class; 0 in meta-training
  bool operator==(const TaskShape&) const = default;
};

class TaskSource {
 public:
  virtual ~TaskSource() = default;
  virtual Shape shape() const = 0;  // of one row
  virtual int outputs() const = 0;  // N for classification, D for regression
  virtual AnswerKind answer() const = 0;
  virtual Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const = 0;
};

}  // namespace anole
