#pragma once

// Tasks in files that a program in another language reads, and the answers that it writes. The
// formats are in docs/formats.md: one array of rows, and for each kind of tasks which of them are
// support and query rows.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "anole/data/class_dataset.h"
#include "anole/tasks/task_list.h"

namespace anole {

// Tasks of one data set, all with the same ways. `tuning` may be empty: then peers go untuned.
struct ExchangedTasks {
  const ClassDataset& dataset;
  const std::vector<TaskDraw>& scored;
  const std::vector<TaskDraw>& tuning;
};

// Writes tasks.json, rows.npy and the arrays of both kinds into `folder`, which exists.
void write_tasks(const std::filesystem::path& folder, const ExchangedTasks& tasks);

// What a peer answered.
struct PeerAnswers {
  std::string name = {};
  std::string settings = {};    // as it was tuned: "C 10, rows unit"; empty: it has none
  std::vector<int> right = {};  // [tasks] query rows that were named rightly
  double seconds = 0;           // for all of them, tuning apart
};

// Reads `folder`/peers.json. Throws Error, beginning with its path, if it is not as documented or
// not of `tasks` tasks of `queries` query rows.
std::vector<PeerAnswers> read_answers(const std::filesystem::path& folder, std::size_t tasks,
                                      int queries);

}  // namespace anole
