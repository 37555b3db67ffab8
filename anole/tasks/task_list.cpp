#include "anole/tasks/task_list.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "anole/core/error.h"
#include "anole/files/digest.h"

namespace anole {
namespace {

void check_class_names(const ClassDataset& dataset, const TaskList& list,
                       const std::string& where) {
  for (const auto& [id, name] : list.names) {
    const auto classes = dataset.classes().size();
    if (id < 0 || static_cast<std::size_t>(id) >= classes) {
      throw Error("{}: class {} '{}' is not in the data set, which has {} classes", where, id, name,
                  classes);
    }
    const auto& found = dataset.classes()[static_cast<std::size_t>(id)].name;
    if (found != name) {
      throw Error("{}: class {} is '{}', in the data set it is '{}'", where, id, name, found);
    }
  }
}

// Items of a class: in range, and none twice, support and query together.
void check_items(const ClassInfo& info, const ClassDraw& drawn, const std::string& where) {
  std::set<std::int32_t> seen;
  for (const auto* items : {&drawn.support, &drawn.query}) {
    for (const auto item : *items) {
      if (item < 0 || item >= info.items) {
        throw Error("{}: item {} of class '{}' does not exist, it has {} items", where, item,
                    info.name, info.items);
      }
      if (!seen.insert(item).second) {
        throw Error("{}: item {} of class '{}' is used twice", where, item, info.name);
      }
    }
  }
}

void check_task(const ClassDataset& dataset, const TaskList& list, std::size_t index,
                const std::string& where) {
  const auto& draw = list.tasks[index];
  const auto here = fmt::format("{}: task {}", where, index);
  std::set<std::tuple<std::int32_t, std::int32_t, bool>> seen;
  if (draw.size() != static_cast<std::size_t>(list.shape.ways)) {
    throw Error("{} has {} classes, expected {}", here, draw.size(), list.shape.ways);
  }
  for (const auto& one : draw) {
    const auto name = list.names.find(one.ref.class_index);
    if (name == list.names.end()) {
      throw Error("{}: class {} is not in the list of classes", here, one.ref.class_index);
    }
    if (one.ref.quarter_turns < 0 || one.ref.quarter_turns > 3) {
      throw Error("{}: class '{}' is turned by {} quarters, expected 0 to 3", here, name->second,
                  one.ref.quarter_turns);
    }
    if (!seen.insert({one.ref.class_index, one.ref.quarter_turns, one.ref.mirrored}).second) {
      throw Error("{}: class '{}' is there twice", here, name->second);
    }
    if (one.support.size() != static_cast<std::size_t>(list.shape.shots) ||
        one.query.size() != static_cast<std::size_t>(list.shape.queries)) {
      throw Error("{}: class '{}' has {} support and {} query items, expected {} and {}", here,
                  name->second, one.support.size(), one.query.size(), list.shape.shots,
                  list.shape.queries);
    }
    check_items(dataset.classes()[static_cast<std::size_t>(one.ref.class_index)], one, here);
  }
}

}  // namespace

TaskList list_tasks(const ClassTasks& source, const ClassDataset& dataset, TaskShape shape,
                    int count) {
  TaskList list{.shape = shape};
  for (int i = 0; i < count; ++i) {
    list.tasks.push_back(source.draw(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i)));
    for (const auto& one : list.tasks.back()) {
      const auto id = one.ref.class_index;
      list.names.try_emplace(id, dataset.classes()[static_cast<std::size_t>(id)].name);
    }
  }
  return list;
}

std::int32_t turn_code(const ClassRef& ref) { return ref.quarter_turns + (ref.mirrored ? 4 : 0); }

std::string hash_of(const TaskList& list) {
  std::string text;
  for (const auto& task : list.tasks) {
    for (const auto& one : task) {
      text +=
          fmt::format("{}\t{}\t{}\t{}\n", list.names.at(one.ref.class_index), turn_code(one.ref),
                      fmt::join(one.support, ","), fmt::join(one.query, ","));
    }
    text += '\n';
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  return Digest().add(std::span(bytes, text.size())).hex();
}

ListedTasks::ListedTasks(const ClassDataset& dataset, TaskList list, const std::string& where)
    : dataset_(dataset), list_(std::move(list)) {
  const auto& shape = list_.shape;
  if (shape.ways < 1 || shape.shots < 1 || shape.queries < 0) {
    throw Error("{}: ways is {}, shots is {}, queries is {}; ways and shots must be at least 1",
                where, shape.ways, shape.shots, shape.queries);
  }
  if (list_.tasks.empty()) throw Error("{}: no tasks in it", where);
  check_class_names(dataset_, list_, where);
  for (std::size_t i = 0; i < list_.tasks.size(); ++i) check_task(dataset_, list_, i, where);
}

Task ListedTasks::task(Stream, std::uint64_t, std::uint32_t index) const {
  ANOLE_CHECK(index < list_.tasks.size());
  return make_task(dataset_, list_.tasks[index]);
}

}  // namespace anole
