#pragma once

// Tasks that also ask about classes of which they have shown nothing.

#include <memory>

#include "anole/tasks/task_source.h"

namespace anole {

// Of tasks of `ways + strangers` classes with `shots` support rows and some query rows each, the
// first `ways` classes are those of the task: its support, and the first ways * Q query rows. The
// query rows of the others come after them, with label 0.
class StrangerTasks final : public TaskSource {
 public:
  StrangerTasks(std::unique_ptr<TaskSource> tasks, int ways);

  Shape shape() const override { return tasks_->shape(); }
  int outputs() const override { return ways_; }
  AnswerKind answer() const override { return AnswerKind::kClass; }
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

 private:
  std::unique_ptr<TaskSource> tasks_;
  int ways_;
};

}  // namespace anole
