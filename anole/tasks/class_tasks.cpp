#include "anole/tasks/class_tasks.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
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

// "'a' (3), 'b' (2) and 7 more"
std::string first_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 10;
  const auto shown = std::span(names).first(std::min(names.size(), kShown));
  const auto text = fmt::format("{}", fmt::join(shown, ", "));
  return names.size() > kShown ? fmt::format("{} and {} more", text, names.size() - kShown) : text;
}

std::string class_name(const ClassDataset& dataset, const ClassRef& ref) {
  const auto& name = dataset.classes()[static_cast<std::size_t>(ref.class_index)].name;
  const auto* mirrored = ref.mirrored ? " mirrored" : "";
  if (ref.quarter_turns == 0) return name + mirrored;
  return fmt::format("{}{} rotated {}", name, mirrored, 90 * ref.quarter_turns);
}

std::string group_of(const ClassInfo& info) {
  if (!info.group.empty()) return info.group;
  const auto slash = info.name.rfind('/');
  return slash == std::string::npos ? "" : info.name.substr(0, slash);
}

Examples examples(const Task& task, std::size_t first, std::size_t count, std::size_t row_size) {
  return {.rows = std::span(task.rows).subspan(first * row_size, count * row_size),
          .labels = std::span(task.labels).subspan(first, count),
          .targets = {},
          .count = static_cast<std::int64_t>(count)};
}

// Appends the rows of the classes' `items`, class by class.
void append_rows(const ClassDataset& dataset, const TaskDraw& draw,
                 std::vector<std::int32_t> ClassDraw::*items, Task& task) {
  const std::size_t size = dataset.shape().size();
  for (std::size_t label = 0; label < draw.size(); ++label) {
    for (const auto item : draw[label].*items) {
      dataset.copy_row(draw[label].ref, item,
                       std::span(task.rows).subspan(task.labels.size() * size, size));
      task.labels.push_back(static_cast<std::int32_t>(label));
    }
  }
}

}  // namespace

Task make_task(const ClassDataset& dataset, const TaskDraw& draw) {
  const std::size_t size = dataset.shape().size(), ways = draw.size();
  const std::size_t support = ways * draw[0].support.size(), query = ways * draw[0].query.size();
  Task task;
  task.way = static_cast<int>(ways);
  for (const auto& one : draw) task.class_names.push_back(class_name(dataset, one.ref));
  task.rows.resize((support + query) * size);
  task.labels.reserve(support + query);
  append_rows(dataset, draw, &ClassDraw::support, task);
  append_rows(dataset, draw, &ClassDraw::query, task);
  task.support = examples(task, 0, support, size);
  task.query = examples(task, support, query, size);
  return task;
}

ClassTasks::ClassTasks(const ClassDataset& dataset, std::vector<ClassRef> classes, TaskShape shape,
                       std::uint64_t seed, ClassTaskOptions options)
    : dataset_(dataset),
      classes_(std::move(classes)),
      shape_(shape),
      seed_(seed),
      options_(options) {
  check_task_shape(shape_);
  if (!options_.skip_small) check_count();
  check_items();
  check_count();
  if (options_.within == Within::kGroup) make_groups();
}

void ClassTasks::check_count() const {
  if (static_cast<std::size_t>(shape_.ways) <= classes_.size()) return;
  if (classes_.empty() && too_small_.empty()) {
    throw Error(
        "ways is {}, but there are no classes to draw from; use another split, or another part of "
        "it",
        shape_.ways);
  }
  const auto small =
      too_small_.empty() ? std::string() : fmt::format(" (too small: {})", first_of(too_small_));
  throw Error(
      "ways is {}, but only {} {} there to draw from{}; lower the ways or use a split with more "
      "classes",
      shape_.ways, classes_.size(), classes_.size() == 1 ? "class is" : "classes are", small);
}

void ClassTasks::check_items() {
  const auto needed = std::int64_t{shape_.shots} + shape_.queries;
  std::set<std::int32_t> seen;  // a class once, whatever its turns
  const auto is_small = [&](const ClassRef& ref) {
    ANOLE_CHECK(ref.class_index >= 0 &&
                static_cast<std::size_t>(ref.class_index) < dataset_.classes().size());
    const auto& info = dataset_.classes()[static_cast<std::size_t>(ref.class_index)];
    if (info.items >= needed) return false;
    if (seen.insert(ref.class_index).second) {
      too_small_.push_back(fmt::format("'{}' ({})", info.name, info.items));
    }
    return true;
  };
  std::erase_if(classes_, is_small);
  if (too_small_.empty() || options_.skip_small) return;
  throw Error(
      "{} shots and {} queries need {} items of each class, but {} fewer: {}; lower the shots or "
      "queries, or leave such classes out with skip_small_classes",
      shape_.shots, shape_.queries, needed,
      too_small_.size() == 1 ? "one has" : fmt::format("{} have", too_small_.size()),
      first_of(too_small_));
}

void ClassTasks::make_groups() {
  std::map<std::string, std::vector<ClassRef>> groups;  // by name, so in the same order everywhere
  for (const auto& ref : classes_) {
    groups[group_of(dataset_.classes()[static_cast<std::size_t>(ref.class_index)])].push_back(ref);
  }
  if (groups.size() == 1 && groups.begin()->first.empty()) {
    throw Error(
        "within is 'group', but the classes are in no groups: expected names such as "
        "'Korean/character07', found '{}'",
        class_name(dataset_, classes_[0]));
  }
  std::size_t most = 0;
  for (auto& [name, classes] : groups) {
    most = std::max(most, classes.size());
    if (!name.empty() && classes.size() >= static_cast<std::size_t>(shape_.ways)) {
      groups_.push_back(std::move(classes));
    } else {
      left_out_.push_back(fmt::format("{} ({} {})", name, classes.size(),
                                      classes.size() == 1 ? "class" : "classes"));
    }
  }
  if (groups_.empty()) {
    throw Error(
        "ways is {}, but no group has as many classes: the largest of {} has {}; lower the "
        "ways, or draw tasks from all groups with within = 'any'",
        shape_.ways, groups.size(), most);
  }
}

TaskDraw ClassTasks::draw(Rng& rng) const {
  const auto pick = [&] { return rng.below(static_cast<std::uint32_t>(groups_.size())); };
  const auto& classes = groups_.empty() ? classes_ : groups_[pick()];
  std::vector<std::int32_t> order(static_cast<std::size_t>(shape_.ways));
  rng.sample(static_cast<std::int32_t>(classes.size()), order);
  TaskDraw draw;
  std::vector<Sampler> items;
  for (const auto position : order) {
    const auto& ref = classes[static_cast<std::size_t>(position)];
    draw.push_back({.ref = ref});
    items.emplace_back(dataset_.classes()[static_cast<std::size_t>(ref.class_index)].items);
  }
  for (std::size_t i = 0; i < draw.size(); ++i) {
    for (int k = 0; k < shape_.shots; ++k) draw[i].support.push_back(items[i].next(rng));
  }
  for (std::size_t i = 0; i < draw.size(); ++i) {
    for (int q = 0; q < shape_.queries; ++q) draw[i].query.push_back(items[i].next(rng));
  }
  return draw;
}

Rng ClassTasks::rng(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  return {seed_, stream, iteration, index};
}

TaskDraw ClassTasks::draw(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  auto draws = rng(stream, iteration, index);
  return draw(draws);
}

Task ClassTasks::task(Stream stream, std::uint64_t iteration, std::uint32_t index) const {
  auto draws = rng(stream, iteration, index);
  return task(draws);
}

}  // namespace anole
