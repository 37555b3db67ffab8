#pragma once

// Which tasks `anole eval` scores: drawn from a part of the split, or replayed from a file.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "anole/eval/task_file.h"
#include "anole/program/arguments.h"
#include "anole/runs/stored.h"
#include "anole/train/experiment.h"

namespace anole {

struct TaskChoice {
  Part split_part = Part::kTest;
  std::filesystem::path tasks_in = {}, tasks_out = {};

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Data"},
        Field{"split_part", &TaskChoice::split_part,
              "classes of the tasks: test, validation or train"},
        Heading{"Evaluation"},
        Field{"tasks_in", &TaskChoice::tasks_in,
              "replay the tasks of this file, written by --tasks-out; ways, shots, queries and "
              "tasks are the file's"},
        Field{"tasks_out", &TaskChoice::tasks_out,
              "write the tasks to this file: classes, support and query items, hash"}};
  }
};

// Reads `choice.tasks_in`, if given, and sets ways, shots, queries, tasks and seed of `options` to
// the file's. Throws UsageError for a flag that says otherwise; --tasks may be lower.
std::optional<TaskFile> read_task_file(const TaskChoice& choice, const Arguments& arguments,
                                       TrainOptions& options);

struct ChosenTasks {
  std::unique_ptr<TaskSource> source = {};
  std::string hash = {};                    // of the tasks, where they were read or written
  std::size_t groups = 0;                   // that tasks come from; 0: from all classes together
  std::vector<std::string> left_out = {};   // groups with too few classes
  std::vector<std::string> too_small = {};  // classes that skip_small_classes leaves out
};

// The tasks of `experiment`, whose options are those that read_task_file has set. Throws Error if a
// file is of another data set, or has classes that are not in the chosen part of the split.
ChosenTasks choose_tasks(const Experiment& experiment, const TaskChoice& choice,
                         const std::optional<TaskFile>& file);

// How many classes of the evaluation took part in the training of `stored`, a run on the same data
// set with another split; rotations apart.
std::size_t trained_on(const Experiment& experiment, Part part, const Stored& stored);

}  // namespace anole
