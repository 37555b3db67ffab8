#pragma once

// Tasks written down, so that they can be looked at, and so that two programs can be compared on
// identical tasks. eval/task_file.h reads and writes them.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "anole/tasks/class_tasks.h"

namespace anole {

struct TaskList {
  TaskShape shape = {};                            // of every task
  std::map<std::int32_t, std::string> names = {};  // of the classes in use, by class index
  std::vector<TaskDraw> tasks = {};

  bool operator==(const TaskList&) const = default;
};

// The first `count` evaluation tasks of `source`, a source of tasks of `shape` from `dataset`.
TaskList list_tasks(const ClassTasks& source, const ClassDataset& dataset, TaskShape shape,
                    int count);

// How a class of a task looks, as lists write it: its quarter turns, and 4 more if it is mirrored.
std::int32_t turn_code(const ClassRef& ref);

// SHA-256, as hex digits, of this text: for each task, for each of its classes in label order, a
// line "<name> TAB <turn code> TAB <support items> TAB <query items> LF", items separated by
// commas, and an empty line after each task.
std::string hash_of(const TaskList& list);

// Replays a list. The same task for every stream and iteration; `index` counts from 0.
class ListedTasks final : public TaskSource {
 public:
  // `dataset` must outlive this. Throws Error, beginning with `where`, if the list is not one of
  // tasks of `dataset`: a class of another name, an item that is not there, another number of
  // classes or rows than list.shape, a class twice in a task, an item twice in a class.
  ListedTasks(const ClassDataset& dataset, TaskList list, const std::string& where);

  Shape shape() const override { return dataset_.shape(); }
  int outputs() const override { return list_.shape.ways; }
  AnswerKind answer() const override { return AnswerKind::kClass; }
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

  const TaskList& list() const { return list_; }

 private:
  const ClassDataset& dataset_;
  TaskList list_;
};

}  // namespace anole
