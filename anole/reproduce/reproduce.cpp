#include "anole/reproduce/reproduce.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "anole/core/error.h"
#include "anole/io/atomic_file.h"
#include "anole/io/file_system.h"
#include "anole/reproduce/run.h"
#include "anole/reproduce/table.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kQuickIterations = 200, kQuickTasks = 100;  // divisors

fs::path write_tables(const ReproduceSetup& setup) {
  const auto folder = results_folder(setup.options);
  const auto runs = read_runs(folder, setup.known);
  make_folders(folder);
  write_file_atomically(folder / "results.csv", results_csv(runs, setup.options));
  write_file_atomically(folder / "results.json", results_json(runs, setup.options));
  write_file_atomically(folder / "results.md", results_markdown(runs, setup.options));
  return folder / "results.md";
}

const RowConfig& config_of(const ReproduceSetup& setup, const PaperRow* row) {
  const auto found = std::ranges::find(setup.known, row, &RowConfig::row);
  ANOLE_CHECK(found != setup.known.end());
  return *found;
}

}  // namespace

TrainOptions row_options(const TrainOptions& config, const ReproduceOptions& options, int seed) {
  auto result = config;
  if (options.quick) {
    result.iterations = std::max<std::int64_t>(1, config.iterations / kQuickIterations);
    result.eval.tasks = std::max<int>(1, config.eval.tasks / static_cast<int>(kQuickTasks));
    result.eval_every = 0;
  }
  if (options.iterations > 0) result.iterations = options.iterations;
  if (options.tasks > 0) result.eval.tasks = options.tasks;
  result.inner.precision = options.precision;
  result.seed = static_cast<std::uint64_t>(seed);
  result.threads = options.threads;
  if (!options.data.empty()) result.data.data = options.data;
  return result;
}

std::string reproduce_command(const ReproduceOptions& options, std::string_view row,
                              const std::vector<std::uint64_t>& seeds) {
  auto text = fmt::format("anole reproduce {} --seeds {}", row, fmt::join(seeds, ","));
  const ReproduceOptions usual;
  if (options.quick) text += " --quick";
  if (options.iterations != usual.iterations) {
    text += fmt::format(" --iterations {}", options.iterations);
  }
  if (options.tasks != usual.tasks) text += fmt::format(" --tasks {}", options.tasks);
  if (options.precision != usual.precision) {
    text += fmt::format(" --precision {}", enum_name(options.precision));
  }
  if (!options.curve) text += " --no-curve";
  if (options.out != usual.out) text += fmt::format(" --out {}", options.out.string());
  if (!options.data.empty()) text += fmt::format(" --data {}", options.data.string());
  return text;
}

ReproduceOutcome reproduce(const ReproduceSetup& setup) {
  if (setup.options.seeds.empty()) throw UsageError("seeds: expected at least one, found none");
  for (const auto* row : setup.wanted) {
    for (const int seed : setup.options.seeds) {
      const bool finished = reproduce_run(setup, config_of(setup, row), seed);
      const auto table = write_tables(setup);  // after each, so that it is there early
      if (!finished) return {.table = table, .finished = false};
    }
  }
  return {.table = write_tables(setup), .finished = true};
}

}  // namespace anole
