#pragma once

// Tasks of images whose support rows move, each by a chance of its own: augmentation of
// meta-training, around any tasks of classes.

#include <memory>

#include "anole/tasks/class_tasks.h"

namespace anole {

class ShiftedTasks final : public TaskSource {
 public:
  // Rows move down and to the right by [-most, most] pixels each; the pixels moved in repeat those
  // at the edge. Throws UsageError if `most` is above 0 and rows are no images.
  ShiftedTasks(std::unique_ptr<const ClassTasks> tasks, int most);

  Shape shape() const override { return tasks_->shape(); }
  int outputs() const override { return tasks_->outputs(); }
  AnswerKind answer() const override { return tasks_->answer(); }

  // The same classes and items as of the tasks inside; the shifts continue their draws, for each
  // support row in order first down, then right.
  Task task(Stream stream, std::uint64_t iteration, std::uint32_t index) const override;

 private:
  std::unique_ptr<const ClassTasks> tasks_;
  int most_;
};

}  // namespace anole
