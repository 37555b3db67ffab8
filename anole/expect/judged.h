#pragma once

// What someone answered to the query rows of tasks, and how far accuracies on these classes speak
// for classes that nobody has seen.
//
// Tasks drawn from a dozen classes share them: a class that is hard, or that others are taken for,
// comes again and again, so an interval over tasks is too narrow. Here classes are resampled. What
// class c adds to the accuracy is
//   v_c = 100 (right_c / asked_c - (N - 1) blamed_c / beside_c):
// its own rows that were named rightly, and less the rows of other classes that its presence cost:
// blamed_c counts the rows that were called c and would be right without it, as their second choice
// was, beside_c the rows of other classes in tasks that hold c. The variance of the mean v over
// classes drawn with replacement has the noise of the answers twice, as each is seen from two
// classes; once the variance over tasks is taken off, but never more than leaves that variance.
// Half the interval is that standard deviation times the 97.5 % quantile of Student's t with one
// degree of freedom less than classes. In a simulation of classes as points (100 tasks of 5 to 15
// classes, 2 to 10 ways) it held the truth in 90 to 97 of 100 trials, an interval over tasks in 14
// to 78.

#include <cstdint>
#include <span>
#include <vector>

#include "anole/core/statistics.h"
#include "anole/tasks/class_tasks.h"

namespace anole {

// One task. Query rows lie class by class in label order, as make_task has them: row r is of label
// r / Q.
struct JudgedTask {
  std::vector<std::int32_t> classes = {};  // [N] indices of its classes, in label order
  std::vector<std::int32_t> guesses = {};  // [N*Q] the labels that were named
  std::vector<std::int32_t> seconds = {};  // [N*Q] the second choices
  bool operator==(const JudgedTask&) const = default;
};

// The classes of a task's draw, with the choices that `outputs` [N*Q, N] make: of equal outputs the
// first.
JudgedTask judged(const TaskDraw& draw, std::span<const float> outputs);

// Percent of right guesses of each task.
std::vector<double> accuracies(std::span<const JudgedTask> tasks);

struct Resampling {
  std::uint64_t seed = 0;
  int times = 1000;
};

// In percent, over at least one task, all of one shape.
Estimate accuracy_over_classes(std::span<const JudgedTask> tasks, const Resampling& resampling);

// The same of `ours` minus `theirs`, on the same tasks and in the same resamples.
Estimate difference_over_classes(std::span<const JudgedTask> ours,
                                 std::span<const JudgedTask> theirs, const Resampling& resampling);

}  // namespace anole
