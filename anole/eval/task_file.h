#pragma once

// A list of evaluation tasks as a file, so that two programs can be compared on identical tasks.
// JSON with a hash over the tasks; docs/formats.md.

#include <cstdint>
#include <filesystem>
#include <string>

#include "anole/tasks/task_list.h"

namespace anole {

// A list and where it comes from.
struct TaskFile {
  std::string dataset;       // "omniglot"
  std::string dataset_hash;  // of the data set's content, 16 hex digits
  std::string split;         // "authors"
  std::string split_part = "test";
  std::uint64_t seed = 0;  // that the tasks were drawn with
  TaskList list = {};

  bool operator==(const TaskFile&) const = default;
};

// Writes `path` atomically; one task a line. Returns the hash of the tasks.
std::string save_tasks(const std::filesystem::path& path, const TaskFile& tasks);

// Throws Error, beginning with the path, for a file that is no such list, is of a newer version, or
// whose hash is not that of its tasks. Whether the tasks fit a data set, ListedTasks finds out.
TaskFile load_tasks(const std::filesystem::path& path);

}  // namespace anole
