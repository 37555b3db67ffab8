#pragma once

// What lies in a folder of `anole reproduce`: runs and their evaluations, read back for the table.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anole/reproduce/reproduce.h"

namespace anole {

// One evaluation of one run: RUN/evaluations/<setting>.json.
struct Measured {
  const Setting* setting = nullptr;
  std::int64_t iteration = 0;  // meta-iterations that the evaluated state had
  double seconds = 0;          // that the evaluation took
  std::string machine;         // "AMD EPYC, 2 threads, avx512, kernels anole 1, anole 0.1.0"
  EvalResult result = {};
};

struct ReproducedRun {
  const PaperRow* row = nullptr;
  std::filesystem::path folder = {};
  std::uint64_t seed = 0;
  std::int64_t iteration = 0;          // meta-iterations done
  std::int64_t iterations = 0;         // to do
  std::int64_t config_iterations = 0;  // of the row's config; more than `iterations` if scaled down
  std::int64_t config_tasks = 0;
  Precision precision = Precision::kFp32;
  std::optional<double> seconds = {};  // of training; none for a run that was trained elsewhere
  std::string machine = {};            // that trained it
  std::string data = {};               // "omniglot, split authors, 20 images a class"
  std::vector<Measured> measured = {};

  bool finished() const { return iteration >= iterations; }
};

// Every run of `known` rows below `folder`, rows in their order, then seeds. Files that are no runs
// of a row are passed over. Throws Error for a damaged run or evaluation.
std::vector<ReproducedRun> read_runs(const std::filesystem::path& folder,
                                     const std::vector<RowConfig>& known);

// The place of an evaluation. JSON: row, setting, seed, iteration, state, protocol, seconds,
// machine and `result` as `anole eval --json` prints it.
std::filesystem::path evaluation_file(const std::filesystem::path& run, const Setting& setting);
inline constexpr const char* kReproduceFile = "reproduce.json";  // of a run: seconds, data

// The result in the text of eval_json(). Throws Error, beginning with `where`.
EvalResult eval_result_from_json(std::string_view text, std::string_view where);

}  // namespace anole
