#pragma once

// What a run folder recorded: the options and versions of run.json, the curves of metrics.jsonl,
// the times of timing.jsonl. Nothing is computed anew. Formats: docs/formats.md.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "anole/core/statistics.h"
#include "anole/eval/evaluate.h"

namespace anole {

// One value of run.json, as text: {"options", "lr", "0.001"}.
struct Fact {
  std::string group;  // "" for the object's own members; else "options", "dataset", …
  std::string name;   // nested names are joined: "training ways"
  std::string value;
  bool operator==(const Fact&) const = default;
};

struct LossPoint {
  std::int64_t iteration = 0;  // meta-iterations done
  double meta_step = 0, loss = 0;
};

// The validation of metrics.jsonl; what it was measured on as text.
struct ValidationPoint {
  std::int64_t iteration = 0;
  Score score = {};
  std::int64_t tasks = 0;
  const Metric* metric = &kAccuracy;
  std::string norm, on;  // "transductive", "validation classes"
};

struct TimingPoint {
  std::int64_t iteration = 0, from = 0;
  double seconds = 0;  // since meta-iteration `from`
  int threads = 0;
  double inner_steps_per_second = 0, rows_per_second = 0;
};

struct RunHistory {
  std::filesystem::path folder = {};
  std::string name = {};  // the folder's own name
  std::vector<Fact> facts = {};
  std::vector<LossPoint> losses = {};             // in order of iteration
  std::vector<ValidationPoint> validations = {};  // in order of iteration
  std::vector<TimingPoint> timing = {};           // in file order
  std::vector<std::string> notes = {};            // lines of timing.jsonl that were left out

  // The value of a fact; empty if there is none.
  std::string fact(std::string_view group, std::string_view name) const;
};

// Throws Error naming path and line if `folder` is no run folder, or a file in it is not as
// docs/formats.md says. A torn last line is left out, and so is any broken line of timing.jsonl:
// two processes can have written into one line. A run that logged nothing has no curves.
RunHistory read_history(const std::filesystem::path& folder);

// The part of it that timing.jsonl holds; empty where there is none. Says in `notes`, if there are
// any, which lines it left out.
std::vector<TimingPoint> read_timing(const std::filesystem::path& folder,
                                     std::vector<std::string>* notes = nullptr);

// Training seconds of all processes together, and the meta-iterations they stand for; a process
// that was killed counts up to its last line. 0 where nothing was recorded.
struct TotalTime {
  double seconds = 0;
  std::int64_t iterations = 0;
};
TotalTime total_time(const std::vector<TimingPoint>& timing);

// The mean loss of each of `bins` equal stretches of iterations, with the 95 % interval of that
// mean. Empty stretches are left out.
struct BinnedLoss {
  double iteration = 0;  // the mean of the bin's
  Estimate loss = {};
};
std::vector<BinnedLoss> bin_losses(const std::vector<LossPoint>& losses, int bins);

}  // namespace anole
