#pragma once

// Ours beside others on the same tasks: means, paired differences, times.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anole/core/statistics.h"
#include "anole/tasks/task_source.h"

namespace anole {

inline constexpr const char* kPeersFile = "peers.json";  // in a run folder

// Accuracies in percent; intervals over tasks.
struct ComparedPeer {
  std::string name = {};
  std::string settings = {};  // as tuned; may be empty
  Estimate accuracy = {};
  Estimate difference = {};  // ours minus the peer's, task by task
  double seconds = 0;        // for all tasks, tuning apart
  bool operator==(const ComparedPeer&) const = default;
};

// Ours under one norm mode.
struct OurScore {
  std::string norm = {};  // "support"
  Estimate accuracy = {};
  bool operator==(const OurScore&) const = default;
};

struct Comparison {
  std::string dataset = {}, split = {}, part = {};  // that tasks are of
  TaskShape shape = {};
  int tasks = 0;
  std::uint64_t seed = 0;
  int inner_steps = 0;
  std::string tuned_on = {};        // "validation classes"; empty: peers are not tuned
  std::vector<OurScore> ours = {};  // the first is the one that differences are of
  double seconds = 0;               // of ours, for all tasks and modes
  std::vector<ComparedPeer> peers = {};
  bool operator==(const Comparison&) const = default;
};

// `ours` and `theirs` are accuracies of the same tasks, in percent.
ComparedPeer compared(std::string name, std::span<const double> ours,
                      std::span<const double> theirs, double seconds);

// docs/formats.md: {"tasks", "ours": {"norm", "mean", "ci95", "seconds"}, "peers": [{"name", "mean",
// "ci95", "difference", "difference_ci95", "seconds"}], …}. One line, or with an indent.
std::string comparison_json(const Comparison& comparison, int indent = -1);
// Throws Error, beginning with `where`, for text that is no such object.
Comparison parse_comparison(const std::string& text, const std::string& where);
// Of a run folder; nothing if it has none.
std::optional<Comparison> load_comparison(const std::filesystem::path& run_folder);

}  // namespace anole
