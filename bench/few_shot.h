#pragma once

// How fast a trained network serves: the latency of adapting to a new task, and evaluation tasks.

#include "anole/adapt/adapt_all.h"
#include "anole/eval/evaluate.h"
#include "anole/train/experiment.h"
#include "bench/summary.h"

namespace anole::bench {

// Adapting to a task of the experiment's test classes on one core: batches drawn, inner steps
// taken, the new parameters in hand. What a program does for each user, without drawing the task.
struct AdaptLatency {
  double first_ms = 0;  // with a new learner, which makes its plan
  double median_ms = 0, p99_ms = 0;
  int adaptations = 0;  // behind median and p99
};
AdaptLatency measure_adaptation(const Experiment& experiment, const MetaState& state,
                                int adaptations);

// What `anole eval` does: all norm modes and the adaptation curve; each repeat on tasks of its own.
struct EvalSpeed {
  Spread tasks_per_s = {};
  int threads = 1;
  int tasks = 0;  // of one evaluation
  const Metric* metric = &kAccuracy;
  double before = 0, after = 0;  // adapting: mean over the evaluations, transductive
};
EvalSpeed measure_evaluation(const Experiment& experiment, const MetaState& state, int tasks,
                             const RepeatOptions& options);

}  // namespace anole::bench
