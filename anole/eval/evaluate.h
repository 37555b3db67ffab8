#pragma once

// EVAL: accuracy, or another metric, with its 95 % confidence interval under a stated protocol.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/eval/metric.h"

namespace anole {

struct EvalOptions {
  int tasks = 10000;
  int queries = 1;     // query rows of a class: the paper's 1
  int eval_batch = 5;  // rows of an inner batch; 0: the whole support set
  int eval_steps = 50;
  double eval_lr = 0;  // inner learning rate; 0: as EvalPlan::inner has it
  int eval_shift = 0;  // pixels; each row of each inner batch moves anew. Images only

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Evaluation"},
        Field{"tasks", &EvalOptions::tasks, "evaluation tasks", {.min = 1}},
        Field{"queries", &EvalOptions::queries, "query rows of a class in evaluation", {.min = 1}},
        Field{"eval_batch",
              &EvalOptions::eval_batch,
              "rows of an inner batch in evaluation; 0: all support rows",
              {.min = 0}},
        Field{"eval_steps", &EvalOptions::eval_steps, "inner steps in evaluation", {.min = 0}},
        Field{"eval_lr",
              &EvalOptions::eval_lr,
              "inner learning rate in evaluation; 0: that of the end of meta-training",
              {.min = 0}},
        Field{"eval_shift",
              &EvalOptions::eval_shift,
              "pixels by which support images move at random in each inner step of evaluation",
              {.min = 0, .max = 64}}};
  }
};

struct CurvePoint {
  int steps = 0;  // inner steps taken
  Score score = {};
  bool operator==(const CurvePoint&) const = default;
};

struct NormScores {
  NormMode norm = NormMode::kTransductive;
  Score before = {}, after = {};       // `before` is 0 +- 0 where EvalPlan::after_only is set
  std::vector<CurvePoint> curve = {};  // at curve_points(eval_steps); empty with after_only
  bool operator==(const NormScores&) const = default;
};

// What the network said about a task's query rows after the last step: for each norm mode of the
// plan, in its order, logits [N*Q, N] or values [n, D]. Ask the task source for rows and labels.
struct TaskOutputs {
  std::vector<std::vector<float>> norms = {};
  bool operator==(const TaskOutputs&) const = default;
};

struct EvalResult {
  std::int64_t tasks = 0;
  const Metric* metric = &kAccuracy;  // of all scores
  std::vector<NormScores> norms = {};
  std::vector<TaskOutputs> outputs = {};  // [tasks] with EvalPlan::keep_outputs; else empty
  bool operator==(const EvalResult&) const = default;
};

// What evaluate needs besides the state; the streams are kEvalTask and kEvalBatches, or the
// validation ones, always at iteration 0: every evaluation of a seed sees the same tasks.
struct EvalPlan {
  EvalOptions options = {};
  InnerOptions inner = {};
  std::vector<NormMode> norms = {NormMode::kTransductive, NormMode::kSupportPlusOne,
                                 NormMode::kSupport};
  std::uint64_t seed = 0;   // of mini-batch order; task sources carry their own
  bool validation = false;  // streams of the accuracy shown during training
  bool after_only =
      false;  // only the score after the last step: no curve, nothing predicted before
  bool keep_outputs = false;  // fill EvalResult::outputs
  std::function<void(std::int64_t done)> progress =
      {};                 // called from the caller's thread; may be empty
  PathFactory path = {};  // empty: make_weighted_path of the steps of loop_of
};

// What each of its tasks goes through.
InnerLoop loop_of(const EvalPlan& plan);

// Inner steps at which an adaptation curve is taken: 0, 1, 2, 5, 10, 20, 50, … below `steps`, then
// `steps` itself.
std::vector<int> curve_points(int steps);

// Adapts `options.tasks` tasks of `source` from `meta` and scores their query rows, all N*Q
// together; all norm modes and the curve from one adaptation. Of equal outputs the first names the
// class. Results do not depend on the number of workers. Throws Error as begin_task does and for
// tasks without query rows, and NonFiniteError naming the task.
EvalResult evaluate(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                    const EvalPlan& plan);

}  // namespace anole
