#include "anole/calibrate/stranger_tasks.h"

#include <algorithm>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

// The first `count` of `examples`, of rows of `size` numbers.
Examples first(const Examples& examples, std::int64_t count, std::size_t size) {
  const auto rows = static_cast<std::size_t>(count);
  return {.rows = examples.rows.first(rows * size),
          .labels = examples.labels.first(rows),
          .count = count};
}

}  // namespace

StrangerTasks::StrangerTasks(std::unique_ptr<TaskSource> tasks, int ways)
    : tasks_(std::move(tasks)), ways_(ways) {
  ANOLE_CHECK(ways >= 2 && ways <= tasks_->outputs());
}

Task StrangerTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  auto task = tasks_->task(stream, iteration, index);
  const auto classes = tasks_->outputs();
  task.support = first(task.support, task.support.count / classes * ways_, shape().size());
  for (auto& label : task.labels) {
    if (label >= ways_) label = 0;
  }
  task.way = ways_;
  task.class_names.resize(static_cast<std::size_t>(ways_));
  return task;
}

}  // namespace anole
