#pragma once

// What `--dataset` names: a task distribution p(T), from which training, validation and test tasks
// are drawn. Nothing above this folder asks which one it is, only what its tasks look like.

#include <cstdint>
#include <memory>
#include <string>

#include "anole/data/dataset.h"
#include "anole/tasks/class_tasks.h"
#include "anole/tasks/task_source.h"

namespace anole {

// What is held apart. Where every task is new, each part is the whole distribution.
enum class Part { kTest, kValidation, kTrain };
inline std::span<const std::string_view> enum_names(Part) {
  static constexpr std::string_view kNames[] = {"test", "validation", "train"};
  return kNames;
}

// What all its tasks have in common.
struct TaskForm {
  Shape row = {};
  int outputs = 0;  // N for classes, D for values
  AnswerKind answer = AnswerKind::kClass;
};

// Which tasks to draw.
struct TaskPlan {
  TaskShape shape = {};
  ClassTaskOptions options = {};  // where tasks are made of classes
  int shift = 0;                  // pixels by which support rows move, where they are images
};

// What records and pages say of a distribution; nothing is decided by it.
struct DistributionFacts {
  std::string split = {};     // as resolved: "authors"; empty where every task is new
  std::string hash = {};      // of the data, 16 hex digits; empty where there is none
  std::string training = {};  // what training tasks are made of: "training classes", "new waves"
};

class TaskDistribution {
 public:
  virtual ~TaskDistribution() = default;

  virtual TaskForm form(int ways) const = 0;
  // Support (or query) rows of a task of `ways` classes with `count` of them each; where there are
  // no classes, `count`.
  virtual std::int64_t rows(int ways, int count) const = 0;

  // Whether tasks can be drawn from `part`: whether it has any class.
  virtual bool has(Part part) const = 0;
  // The sources refer to this distribution and must not outlive it. Throws Error if the part
  // cannot fill such tasks.
  virtual std::unique_ptr<TaskSource> tasks(Part part, const TaskPlan& plan,
                                            std::uint64_t seed) const = 0;

  virtual DistributionFacts facts() const = 0;
  // For what needs classes themselves: task lists, counts, which were trained on. May be null.
  virtual const LoadedData* classes() const { return nullptr; }
};

}  // namespace anole
