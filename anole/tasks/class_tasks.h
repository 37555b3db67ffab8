#pragma once

// N-way K-shot tasks from a data set's classes.
//
// How a task is drawn, all from Rng(seed, stream, iteration, index), in this order:
// 1. N of the given classes without repetition; a class's label is its position in the drawn order;
// 2. for each of them, in label order, K support rows without repetition;
// 3. for each of them, in label order, Q query rows, continuing the same draws, so disjoint from
//    the support. All support comes first, so the same task with more queries has the same support.

#include <cstdint>
#include <vector>

#include "anole/data/class_dataset.h"
#include "anole/tasks/task_source.h"

namespace anole {

class ClassTasks final : public TaskSource {
 public:
  // Draws from `classes` of `dataset`, which must outlive this. Throws Error if there are fewer
  // than `shape.ways` classes, or a class with fewer than shots + queries items.
  ClassTasks(const ClassDataset& dataset, std::vector<ClassRef> classes, TaskShape shape,
             std::uint64_t seed);

  Shape shape() const override { return dataset_.shape(); }
  int outputs() const override { return shape_.ways; }

  // Rows lie class by class in label order: [class 0's K shots, class 1's K shots, …]; so do the
  // queries. `class_names` tells rotations apart: "Korean/character07 rotated 90".
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

 private:
  const ClassDataset& dataset_;
  std::vector<ClassRef> classes_;
  TaskShape shape_;
  std::uint64_t seed_;
};

}  // namespace anole
