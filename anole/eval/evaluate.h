#pragma once

// EVAL: accuracy (or mean squared error) with its 95 % confidence interval under a stated protocol.

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "anole/adapt/adapt_all.h"

namespace anole {

struct EvalOptions {
  int tasks = 10000;
  int queries = 1;   // query rows of a class: the paper's 1
  int eval_batch = 5;   // rows of an inner batch; 0: the whole support set
  int eval_steps = 50;

  static constexpr auto fields() {
    return std::tuple{
        Field{"tasks", &EvalOptions::tasks, "evaluation tasks", {.min = 1}},
        Field{"queries", &EvalOptions::queries, "query rows of a class in evaluation", {.min = 1}},
        Field{"eval_batch", &EvalOptions::eval_batch,
              "rows of an inner batch in evaluation; 0: all support rows", {.min = 0}},
        Field{"eval_steps", &EvalOptions::eval_steps, "inner steps in evaluation", {.min = 0}}};
  }
};

// Mean over tasks and half the width of its 95 % confidence interval, 1.96 s / sqrt(tasks), with s
// the sample standard deviation over tasks. Percent for classification, squared error for regression.
struct Score {
  double mean = 0, ci95 = 0;
};

struct CurvePoint {
  int steps = 0;  // inner steps taken
  Score score;
};

struct NormScores {
  NormMode norm;
  Score before, after;
  std::vector<CurvePoint> curve;  // at 0, 1, 2, 5, 10, 20, 50 … steps, up to eval_steps, that last one included
};

struct EvalResult {
  std::int64_t tasks = 0;
  std::vector<NormScores> norms;
};

// What evaluate needs besides the state; the streams are kEvalTask/kEvalBatches, or the validation ones.
struct EvalPlan {
  EvalOptions options;
  InnerOptions inner;
  std::vector<NormMode> norms;
  std::uint64_t seed = 0;
  bool validation = false;  // streams of the accuracy shown during training
  std::function<void(std::int64_t done)> progress = {};  // called from the caller's thread; may be empty
};

// Adapts `options.tasks` tasks of `source` from `meta` and scores their query rows; all norm modes
// from one adapted state.
EvalResult evaluate(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                    const EvalPlan& plan);

}  // namespace anole
