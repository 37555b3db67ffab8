#pragma once

// A result as `anole eval --json` prints it, with the protocol it was measured under. The shape is
// stable:
//   {"dataset", "split", "split_seed", "ways", "shots", "queries", "tasks", "seed", "inner_steps",
//    "optimizer_state", "lr" and "shift" where eval_lr and eval_shift are set, "loss_reduction"
//    where it is "mean", "accuracy": {"<norm>": {"mean", "ci95"}}, "before": {"<norm>": {"mean",
//    "ci95"}}, "curve": {"<norm>": [[steps, mean, ci95], …]}}
// Accuracies are percent. Regression has "error" (mean squared) in the place of "accuracy", as
// Metric::key says; its "before" and "curve" are errors too. What was not computed
// (EvalPlan::after_only) is left out.

#include <cstdint>
#include <string>

#include "anole/eval/evaluate.h"

namespace anole {

// What the number depends on besides the state.
struct Protocol {
  std::string dataset;
  std::string split;
  std::int64_t split_seed = 0;
  TaskShape shape = {};
  std::uint64_t seed = 0;
  int inner_steps = 50;
  double lr = 0;  // EvalOptions::eval_lr
  int shift = 0;  // EvalOptions::eval_shift
  OptimizerState optimizer_state = OptimizerState::kCarry;
  LossReduction loss_reduction = LossReduction::kSum;
};

// One line of JSON, without a line break at its end.
std::string eval_json(const EvalResult& result, const Protocol& protocol);

}  // namespace anole
