#pragma once

// Everything that `anole bench` measures, in order: FMA peak, training, adaptation, evaluation.

#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "anole/core/fields.h"
#include "bench/few_shot.h"
#include "bench/training.h"

namespace anole::bench {

struct SuiteOptions {
  std::string network = {};                // only this one; empty: all
  int meta_batch = 8;                      // even: what two cores share without a rest
  int inner_steps = 0;                     // of a task; 0: those of the network's row
  int threads = 0;                         // of the measurements on all cores; 0: all cores
  Precision precision = Precision::kFp32;  // of inner steps
  double seconds = 1;     // wall time of one measurement; training takes a meta-iteration at least
  int repeats = 5;        // measurements of each kind; the peak takes at least 5
  int adaptations = 200;  // timed one by one; evaluations take as many tasks, over all repeats

  static constexpr auto fields() {
    return std::tuple{
        Field{"network", &SuiteOptions::network,
              "only this one: omniglot_conv4, miniimagenet_conv4, conv4_fc or sine_mlp"},
        Heading{"Meta loop"},
        Field{"meta_batch", &SuiteOptions::meta_batch, "tasks of a meta-iteration", {.min = 1}},
        Heading{"Inner loop"},
        Field{"inner_steps",
              &SuiteOptions::inner_steps,
              "inner steps of a task; 0: as the network's paper",
              {.min = 0}},
        Heading{"Run"},
        Field{"threads",
              &SuiteOptions::threads,
              "threads of the measurements on all cores; 0: all cores",
              {.min = 0}},
        Heading{"Inner loop"},
        Field{"precision", &SuiteOptions::precision,
              "operands of the inner steps' products: fp32, or bf16 where the CPU has it"},
        Heading{"Run"},
        Field{"seconds",
              &SuiteOptions::seconds,
              "wall time of one measurement",
              {.min = 0, .max = 60, .above_min = true}},
        Field{"repeats", &SuiteOptions::repeats, "measurements of each kind", {.min = 1}},
        Field{"adaptations", &SuiteOptions::adaptations, "adaptations timed", {.min = 1}}};
  }
};

// A look in a few seconds. Its numbers are not worth quoting.
inline const SuiteOptions kQuickSuite = {
    .meta_batch = 2, .inner_steps = 2, .seconds = 0.02, .repeats = 1, .adaptations = 5};

struct Peak {
  double fp32 = 0;             // GFLOP/s of all cores measured, together
  std::optional<double> bf16;  // nothing where the CPU has no such instructions

  double of(Precision precision) const {
    return precision == Precision::kBf16 ? bf16.value() : fp32;
  }
};

struct SuiteResult {
  SuiteOptions options = {};  // threads as resolved
  double load = 0;            // load average over a minute, before the first measurement
  std::string kernels = {};   // "anole 1"
  Peak one_core = {}, all_cores = {};
  std::vector<TrainingResult> training = {};
  std::string task = {};  // of the two below: "omniglot_conv4, 5-way 1-shot, 50 steps of 5 rows"
  AdaptLatency adaptation = {};
  EvalSpeed evaluation = {};
  double peak_memory_mb = 0;  // until here
};

// The most memory that this process has had resident so far, in 10^6 bytes.
double peak_memory_mb();

// Told what is measured next, and how much of the suite is done, in [0, 1].
using Progress = std::function<void(const std::string& what, double fraction)>;

// Throws UsageError for an unknown network, and Error if a check of measure_training fails.
SuiteResult run_suite(const SuiteOptions& options, const Progress& progress);

}  // namespace anole::bench
