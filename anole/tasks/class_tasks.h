#pragma once

// N-way K-shot tasks from a data set's classes.
//
// How a task is drawn, all from Rng(seed, stream, iteration, index), in this order:
// 1. with Within::kGroup, one of the groups that have at least N classes, all alike likely;
// 2. N of the given classes (of the group) without repetition; a class's label is its position in
//    the drawn order;
// 3. for each of them, in label order, K support rows without repetition;
// 4. for each of them, in label order, Q query rows, continuing the same draws, so disjoint from
//    the support. All support comes first, so the same task with more queries has the same support.

#include <cstdint>
#include <string>
#include <vector>

#include "anole/data/class_dataset.h"
#include "anole/tasks/task_source.h"

namespace anole {

// Where the classes of one task may come from: anywhere, or one group of related classes (an
// alphabet), which makes tasks much harder.
enum class Within { kAny, kGroup };
inline std::span<const std::string_view> enum_names(Within) {
  static constexpr std::string_view kNames[] = {"any", "group"};
  return kNames;
}

struct ClassTaskOptions {
  Within within = Within::kAny;
  bool skip_small = false;  // leave out classes with fewer than shots + queries items
};

// A class as a task has it: which of its items are support and query rows.
struct ClassDraw {
  ClassRef ref = {};
  std::vector<std::int32_t> support = {}, query = {};  // [K], [Q], in [0, items of the class)
  bool operator==(const ClassDraw&) const = default;
};
using TaskDraw = std::vector<ClassDraw>;  // [N], in label order

// The task that `draw` stands for. Rows lie class by class in label order: [class 0's K shots,
// class 1's K shots, …]; so do the queries. `class_names` tells rotations apart:
// "Korean/character07 rotated 90". Every class must have the same K and the same Q.
Task make_task(const ClassDataset& dataset, const TaskDraw& draw);

class ClassTasks final : public TaskSource {
 public:
  // Draws from `classes` of `dataset`, which must outlive this. Throws Error if there are fewer
  // than `shape.ways` classes; naming all that have fewer than shots + queries items, if they are
  // not to be left out; with Within::kGroup if no group has `shape.ways` classes.
  ClassTasks(const ClassDataset& dataset, std::vector<ClassRef> classes, TaskShape shape,
             std::uint64_t seed, ClassTaskOptions options = {});

  Shape shape() const override { return dataset_.shape(); }
  int outputs() const override { return shape_.ways; }
  AnswerKind answer() const override { return AnswerKind::kClass; }

  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

  // The draws of a task, and the task that is drawn from them; for what goes on drawing after it.
  Rng rng(Stream stream, std::uint64_t iteration, std::uint32_t index) const;
  Task task(Rng& rng) const { return make_task(dataset_, draw(rng)); }

  // What task() of the same arguments is made of.
  TaskDraw draw(Stream stream, std::uint64_t iteration, std::uint32_t index) const;

  // With Within::kGroup: how many groups tasks come from, and those with too few classes, which
  // are left out: "Tagalog (17 classes)".
  std::size_t groups() const { return groups_.size(); }
  const std::vector<std::string>& left_out() const { return left_out_; }
  // With skip_small: the classes that are left out, and their items: "'wave' (3)".
  const std::vector<std::string>& too_small() const { return too_small_; }

 private:
  void check_items();
  void check_count() const;
  void make_groups();
  TaskDraw draw(Rng& rng) const;

  const ClassDataset& dataset_;
  std::vector<ClassRef> classes_;
  TaskShape shape_;
  std::uint64_t seed_;
  ClassTaskOptions options_;
  std::vector<std::vector<ClassRef>> groups_;  // empty with Within::kAny
  std::vector<std::string> left_out_, too_small_;
};

}  // namespace anole
