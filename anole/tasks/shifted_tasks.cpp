#include "anole/tasks/shifted_tasks.h"

#include <span>
#include <utility>

#include "anole/tasks/shift.h"

namespace anole {

ShiftedTasks::ShiftedTasks(std::unique_ptr<const ClassTasks> tasks, int most)
    : tasks_(std::move(tasks)), most_(most) {
  check_shift("shift", most_, tasks_->shape());
}

Task ShiftedTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  auto rng = tasks_->rng(stream, iteration, index);
  auto task = tasks_->task(rng);
  shift_rows(tasks_->shape(), most_, rng, std::span(task.rows).first(task.support.rows.size()));
  return task;
}

}  // namespace anole
