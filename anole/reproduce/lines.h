#pragma once

// From runs to the numbers of the results table.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anole/reproduce/results.h"

namespace anole {

// Runs whose numbers belong together: one row, one number of iterations, several seeds.
using RunGroup = std::vector<const ReproducedRun*>;
std::vector<RunGroup> grouped(const std::vector<ReproducedRun>& runs);

// The command that makes, or goes on with, the runs of a group.
std::string command_of(const RunGroup& group, ReproduceOptions options);

const Measured* find_measured(const ReproducedRun& run, const Setting& setting);  // or null

// The spread over seeds: another quantity than the confidence interval over tasks.
struct Spread {
  double least = 0, greatest = 0;
  double deviation = 0;  // sample standard deviation
};

// One number of the table: a row, setting and norm mode, over the seeds of one number of iterations
// and one precision.
struct ResultLine {
  const PaperRow* row = nullptr;
  const Setting* setting = nullptr;
  RunGroup runs = {};                 // that it could come from; `seeds` are those measured
  std::optional<NormMode> norm = {};  // none: no batch-norm, all modes agree
  bool before = false;                // before adapting
  const Metric* metric = &kAccuracy;
  std::optional<double> paper = {};
  // Mean over all tasks of all seeds, with its 95 % interval over tasks for these trainings:
  // sqrt(sum ci^2) / seeds.
  Score score = {};
  std::vector<std::uint64_t> seeds = {};
  std::vector<Score> of_seed = {};    // parallel
  std::optional<Spread> spread = {};  // from two seeds on
  std::int64_t tasks = 0;             // of one seed
  std::int64_t iteration = 0;         // least of the seeds
  std::int64_t iterations = 0, config_iterations = 0, config_tasks = 0;
  Precision precision = Precision::kFp32;
};

std::vector<ResultLine> result_lines(const std::vector<ReproducedRun>& runs);

// "percent" of an accuracy, else what the metric is called.
std::string unit_of(const ResultLine& line);

// "Omniglot, 5-way 1-shot".
std::string setting_text(const ResultLine& line);

}  // namespace anole
