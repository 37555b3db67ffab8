#pragma once

// What a network answered to the query rows of classification tasks, and what can be counted from
// it: calibration, hard and easy classes, confusion between groups of classes.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/tasks/task.h"

namespace anole {

// One query row.
struct Answer {
  std::int32_t truth = 0, guess = 0;  // labels in [0, N); of equal outputs the first is the guess
  double confidence = 0;              // softmax probability of the guess
  double truth_probability = 0;       // softmax probability of the truth

  bool right() const { return truth == guess; }
};

struct AnsweredTask {
  std::uint32_t index = 0;               // of the task in its source
  std::vector<std::string> class_names;  // [N] in label order
  std::vector<Answer> answers;           // of the query rows, in their order

  int mistakes() const;
};

// `logits` is [query rows, N].
AnsweredTask answer(const Task& task, std::uint32_t index, std::span<const float> logits);

// Expected calibration error (Guo et al. 2017, arXiv:1706.04599): rows fall by confidence into
// equal bins (lower, upper]; ECE = sum over bins of (rows of the bin / rows) |accuracy - mean
// confidence|.
struct CalibrationBin {
  std::int64_t rows = 0;
  double confidence = 0, accuracy = 0;  // means over the bin's rows, in [0, 1]
};
struct Calibration {
  std::vector<CalibrationBin> bins;
  double ece = 0;                       // in [0, 1]
  double confidence = 0, accuracy = 0;  // over all rows
  std::int64_t rows = 0;
};
Calibration calibrate(std::span<const AnsweredTask> tasks, int bins = 10);

// How a class fared as the truth.
struct ClassScore {
  std::string name;
  std::int64_t rows = 0, right = 0;
  double truth_probability = 0;  // mean: finer than right / rows where a class has few rows
};
// Every class that was asked about, the hardest (lowest truth_probability) first; equal ones by
// name.
std::vector<ClassScore> class_scores(std::span<const AnsweredTask> tasks);

// The part of a class name before its first '/', e.g. the alphabet; all of it if there is none.
std::string group_of(std::string_view class_name);

// Mistakes between groups. A row with its truth in group t offers each wrong class of the task, in
// group g, as a possible mistake (t, g).
struct Confusion {
  std::vector<std::string> groups;     // in order of name
  std::vector<std::int64_t> offered;   // [groups (truth), groups (guess)]
  std::vector<std::int64_t> mistaken;  // [groups, groups]: of those, how many were made
};
Confusion confuse(std::span<const AnsweredTask> tasks);

// The `most` groups with most mistakes, as truth and guess together; all if there are fewer.
Confusion most_confused(const Confusion& confusion, std::size_t most);

}  // namespace anole
