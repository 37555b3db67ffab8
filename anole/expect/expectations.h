#pragma once

// What a user may expect of new classes: with K examples of each of N classes that training never
// saw, A +- B percent, beside what needs no training on the same tasks. A place of the grid each.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anole/core/statistics.h"
#include "anole/expect/grid.h"

namespace anole {

inline constexpr const char* kExpectFile = "expect.json";  // in a run folder
inline constexpr const char* kNearestMean = "nearest class mean";
inline constexpr const char* kRandomStart = "random start";

// One who answered the same tasks without training.
struct ExpectedPeer {
  std::string name = {};
  Estimate accuracy = {};
  Estimate difference = {};  // ours minus the peer's
  bool operator==(const ExpectedPeer&) const = default;
};

struct Expectation {
  TaskShape shape = {};
  int classes = 0;  // that tasks were drawn from
  Estimate accuracy = {};
  std::vector<ExpectedPeer> peers = {};
  bool operator==(const Expectation&) const = default;
};

// Percent; intervals as judged.h says, by resampling classes.
struct Expectations {
  std::string part = "test";  // of the split, whose classes these are
  int classes = 0;            // in that part
  int tasks = 0;              // of each place
  std::uint64_t seed = 0;     // of tasks and resamples
  int resamples = 1000;
  NormMode norm = NormMode::kSupport;
  std::vector<Expectation> places = {};
  bool operator==(const Expectations&) const = default;
};

// Walks the grid. The peers are kNearestMean on the rows as they are, and kRandomStart: the same
// network from random parameters of the plan's seed, with its second moment reset and at least 50
// inner steps.
Expectations expect(const GridPlan& plan, const std::string& part = "test");

// Tasks a place, from `least` to `most`, so that expect costs about `gigaflops` of nominal work: a
// rule on sizes, the same on every machine.
struct TaskBudget {
  double gigaflops = 4000;
  int least = 20, most = 300;
};
int affordable_tasks(const GridPlan& plan, const TaskBudget& budget);

// Whether the training was worth it. At a place it pays if it is better than the better peer beyond
// the interval of their difference; altogether if it pays at half of the places or more.
struct Verdict {
  int pays_at = 0, places = 0;
  bool pays = false;
  std::string text = {};  // a sentence for people
};
Verdict verdict_of(const Expectations& expectations);

// The peer with the highest accuracy, the first of equals; null: there are none.
const ExpectedPeer* best_peer(const Expectation& place);

// docs/formats.md. An object on one line, or with an indent.
std::string expectations_json(const Expectations& expectations, int indent = -1);
// Throws Error, beginning with `where`, for text that is no such object.
Expectations parse_expectations(const std::string& text, const std::string& where);
// Of a run folder; nothing if it has none.
std::optional<Expectations> load_expectations(const std::filesystem::path& run_folder);

}  // namespace anole
