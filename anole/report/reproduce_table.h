#pragma once

// The results table as Markdown, CSV and JSON, from what lies in a folder of `anole reproduce`.

#include <optional>
#include <string>
#include <vector>

#include "anole/report/reproduce_results.h"

namespace anole {

// The spread over seeds: another quantity than the confidence interval over tasks.
struct Spread {
  double least = 0, greatest = 0;
  double deviation = 0;  // sample standard deviation
};

// One number of the table: a row, setting and norm mode, over the seeds of one number of
// iterations.
struct ResultLine {
  const PaperRow* row = nullptr;
  const Setting* setting = nullptr;
  std::optional<NormMode> norm = {};  // none: no batch-norm, all modes agree
  bool before = false;                // before adapting
  bool regression = false;
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
};

std::vector<ResultLine> result_lines(const std::vector<ReproducedRun>& runs);

std::string results_markdown(const std::vector<ReproducedRun>& runs,
                             const ReproduceOptions& options);
std::string results_csv(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options);
std::string results_json(const std::vector<ReproducedRun>& runs, const ReproduceOptions& options);

}  // namespace anole
