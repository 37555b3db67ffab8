#include "anole/tasks/class_tasks.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

void check_task_shape(const TaskShape& shape) {
  if (shape.ways < 1 || shape.shots < 1 || shape.queries < 0) {
    throw UsageError(
        "ways is {}, shots is {}, queries is {}; ways and shots must be at least 1, "
        "queries at least 0",
        shape.ways, shape.shots, shape.queries);
  }
}

void check_items(const ClassDataset& dataset, const ClassRef& ref, const TaskShape& shape) {
  ANOLE_CHECK(ref.class_index >= 0 &&
              static_cast<std::size_t>(ref.class_index) < dataset.classes().size());
  const auto& info = dataset.classes()[static_cast<std::size_t>(ref.class_index)];
  if (info.items < std::int64_t{shape.shots} + shape.queries) {
    throw Error(
        "class '{}' has {} items, but {} shots and {} queries need {}; lower the shots or "
        "queries, or leave the class out",
        info.name, info.items, shape.shots, shape.queries,
        std::int64_t{shape.shots} + shape.queries);
  }
}

std::string class_name(const ClassDataset& dataset, const ClassRef& ref) {
  const auto& name = dataset.classes()[static_cast<std::size_t>(ref.class_index)].name;
  return ref.quarter_turns == 0 ? name : fmt::format("{} rotated {}", name, 90 * ref.quarter_turns);
}

// A class on its way into a task: its rows not drawn yet.
struct DrawnClass {
  ClassRef ref;
  Sampler items;
};

Examples examples(const Task& task, std::size_t first, std::size_t count, std::size_t row_size) {
  return {.rows = std::span(task.rows).subspan(first * row_size, count * row_size),
          .labels = std::span(task.labels).subspan(first, count),
          .targets = {},
          .count = static_cast<std::int64_t>(count)};
}

}  // namespace

ClassTasks::ClassTasks(const ClassDataset& dataset, std::vector<ClassRef> classes, TaskShape shape,
                       std::uint64_t seed)
    : dataset_(dataset), classes_(std::move(classes)), shape_(shape), seed_(seed) {
  check_task_shape(shape_);
  if (static_cast<std::size_t>(shape_.ways) > classes_.size()) {
    throw Error(
        "ways is {}, but only {} classes are there to draw from; lower the ways or use a "
        "split with more classes",
        shape_.ways, classes_.size());
  }
  for (const auto& ref : classes_) check_items(dataset_, ref, shape_);
}

Task ClassTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  Rng rng(seed_, stream, iteration, index);
  std::vector<std::int32_t> order(static_cast<std::size_t>(shape_.ways));
  rng.sample(static_cast<std::int32_t>(classes_.size()), order);

  Task task;
  task.way = shape_.ways;
  std::vector<DrawnClass> drawn;
  for (const auto position : order) {
    const auto& ref = classes_[static_cast<std::size_t>(position)];
    const auto& info = dataset_.classes()[static_cast<std::size_t>(ref.class_index)];
    drawn.push_back({ref, Sampler(info.items)});
    task.class_names.push_back(class_name(dataset_, ref));
  }

  const std::size_t size = dataset_.shape().size();
  const auto ways = static_cast<std::size_t>(shape_.ways);
  const std::size_t support = ways * static_cast<std::size_t>(shape_.shots);
  const std::size_t query = ways * static_cast<std::size_t>(shape_.queries);
  task.rows.resize((support + query) * size);
  task.labels.reserve(support + query);
  const auto append = [&](int rows_per_class) {
    for (std::size_t label = 0; label < ways; ++label) {
      for (int i = 0; i < rows_per_class; ++i) {
        auto& [ref, items] = drawn[label];
        dataset_.copy_row(ref.class_index, items.next(rng), ref.quarter_turns,
                          std::span(task.rows).subspan(task.labels.size() * size, size));
        task.labels.push_back(static_cast<std::int32_t>(label));
      }
    }
  };
  append(shape_.shots);
  append(shape_.queries);
  task.support = examples(task, 0, support, size);
  task.query = examples(task, support, query, size);
  return task;
}

}  // namespace anole
