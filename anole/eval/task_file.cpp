#include "anole/eval/task_file.h"

#include <cstdint>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/json.h"

namespace anole {
namespace {

constexpr const char* kFormat = "anole-tasks";
constexpr int kVersion = 1;

Json task_json(const TaskDraw& task) {
  Json json{{"classes", Json::array()}};
  bool turned = false;
  for (const auto& one : task) turned = turned || turn_code(one.ref) != 0;
  for (const auto& one : task) {
    json["classes"].push_back(one.ref.class_index);
    if (turned) json["turns"].push_back(turn_code(one.ref));
    json["support"].push_back(one.support);
    json["query"].push_back(one.query);
  }
  return json;
}

// A whole number that T holds. The library's own conversion cuts and wraps without a word.
template <class T>
T whole(const Json& json) {
  constexpr auto kMost = std::numeric_limits<T>::max();
  const bool fits = json.is_number_unsigned()
                        ? std::in_range<T>(json.get<std::uint64_t>())
                        : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  if (!fits) throw Error("expected a whole number up to {}, found {}", kMost, json.dump());
  return json.get<T>();
}

std::vector<std::int32_t> wholes(const Json& json) {
  if (!json.is_array()) throw Error("expected a list of whole numbers, found {}", json.dump());
  std::vector<std::int32_t> numbers;
  for (const auto& one : json) numbers.push_back(whole<std::int32_t>(one));
  return numbers;
}

TaskDraw task_from(const Json& json) {
  const auto classes = wholes(json.at("classes"));
  const bool turned = json.contains("turns");
  TaskDraw task;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    task.push_back({.ref = {.class_index = classes[i]},
                    .support = wholes(json.at("support").at(i)),
                    .query = wholes(json.at("query").at(i))});
    if (!turned) continue;
    auto& ref = task.back().ref;
    ref.quarter_turns = whole<std::int32_t>(json.at("turns").at(i));
    ref.mirrored = ref.quarter_turns >= 4 && ref.quarter_turns < 8;
    if (ref.mirrored) ref.quarter_turns -= 4;
  }
  return task;
}

// The object but for its tasks, which come one a line.
Json header_json(const TaskFile& file, const std::string& hash) {
  Json classes = Json::array();
  for (const auto& [id, name] : file.list.names) classes.push_back({id, name});
  const auto& shape = file.list.shape;
  return {{"format", kFormat},
          {"format_version", kVersion},
          {"hash", hash},
          {"dataset", file.dataset},
          {"dataset_hash", file.dataset_hash},
          {"split", file.split},
          {"split_part", file.split_part},
          {"seed", file.seed},
          {"ways", shape.ways},
          {"shots", shape.shots},
          {"queries", shape.queries},
          {"classes", std::move(classes)}};
}

TaskFile file_from(const Json& json) {
  TaskFile file{.dataset = json.at("dataset"),
                .dataset_hash = json.at("dataset_hash"),
                .split = json.at("split"),
                .split_part = json.at("split_part"),
                .seed = whole<std::uint64_t>(json.at("seed"))};
  file.list.shape = {whole<int>(json.at("ways")), whole<int>(json.at("shots")),
                     whole<int>(json.at("queries"))};
  for (const auto& one : json.at("classes")) {
    file.list.names[whole<std::int32_t>(one.at(0))] = one.at(1).get<std::string>();
  }
  for (const auto& task : json.at("tasks")) file.list.tasks.push_back(task_from(task));
  return file;
}

// Before anything else is read.
void require_format(const Json& json, const std::string& where) {
  if (!json.is_object() || json.value("format", Json()) != kFormat) {
    throw Error("{}: no list of tasks; expected a file that 'anole eval --tasks-out' wrote", where);
  }
  const auto version = json.value("format_version", Json());
  if (version != kVersion) {
    throw Error("{}: format version {}, this program reads {}", where, version.dump(), kVersion);
  }
}

// Every class that a task names must have a name, or there is no hash.
void require_named_classes(const TaskList& list, const std::string& where) {
  for (std::size_t i = 0; i < list.tasks.size(); ++i) {
    for (const auto& one : list.tasks[i]) {
      if (list.names.contains(one.ref.class_index)) continue;
      throw Error("{}: task {}: class {} is not in the list of classes", where, i,
                  one.ref.class_index);
    }
  }
}

}  // namespace

std::string save_tasks(const std::filesystem::path& path, const TaskFile& tasks) {
  const auto hash = hash_of(tasks.list);
  auto text = dump_json(header_json(tasks, hash), path.string());
  text.back() = ',';  // in the place of the closing brace
  text += "\n\"tasks\": [";
  for (std::size_t i = 0; i < tasks.list.tasks.size(); ++i) {
    text += (i == 0 ? "\n" : ",\n") + task_json(tasks.list.tasks[i]).dump();
  }
  write_file_atomically(path, text + "\n]}\n");
  return hash;
}

TaskFile load_tasks(const std::filesystem::path& path) {
  const auto where = path.string();
  const auto json = parse_json(read_file(path), where);
  require_format(json, where);
  TaskFile file;
  std::string hash;
  try {
    file = file_from(json);
    hash = json.at("hash").get<std::string>();
  } catch (const std::exception& error) {  // Json::exception or Error
    throw Error("{}: not as docs/formats.md describes it: {}", where, error.what());
  }
  require_named_classes(file.list, where);
  const auto found = hash_of(file.list);
  if (found != hash) {
    throw Error("{}: its hash is {}, that of its tasks is {}; it was changed after it was written",
                where, hash, found);
  }
  return file;
}

}  // namespace anole
