#pragma once

// DIAGNOSE: what meta-training does to an initialisation, measured on sampled tasks. The theory is
// in meta_gradients.h, and on one page in docs/theory.md. Results do not depend on the number of
// workers.

#include <cstdint>
#include <functional>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/core/statistics.h"
#include "anole/diagnose/vectors.h"

namespace anole {

struct DiagnoseOptions {
  int tasks = 50;
  int steps = 50;     // of the long adaptation
  double sgd_lr = 0;  // lr of the Taylor analysis; 0: SGD steps as long as the run's own

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Evaluation"}, Field{"tasks", &DiagnoseOptions::tasks, "sampled tasks", {.min = 1}},
        Heading{"Run"},
        Field{"steps", &DiagnoseOptions::steps, "inner steps of the long adaptation", {.min = 1}},
        Field{"sgd_lr",
              &DiagnoseOptions::sgd_lr,
              "lr of the Taylor analysis; 0: SGD steps as long as the run's own",
              {.min = 0}}};
  }
};

struct DiagnosePlan {
  DiagnoseOptions options = {};
  ScheduleOptions schedule = {};  // the run's; at least two steps are drawn
  InnerOptions inner = {};        // the run's
  std::uint64_t seed = 0;         // of mini-batch order; task sources carry their own
  std::function<void(std::int64_t done)> progress = {};  // tasks; may be empty
};

// Estimates are over tasks.

// A mean meta-gradient over the tasks, against AvgGrad and AvgGradInner.
struct UpdateAnalysis {
  std::string_view name;  // "Reptile", …
  double norm = 0;
  double cosine_grad = 0;   // with AvgGrad
  double cosine_inner = 0;  // with AvgGradInner; the theory's sign is negative
  double remainder = 0;     // |g - (a AvgGrad - b lr AvgGradInner)| / |g|; 0 of the run's own
};

// What a task's mini-batches and its long adaptation say about one state.
struct StateAnalysis {
  Estimate inner_product, cosine;  // of the gradients of two mini-batches of a task
  Estimate distance;               // |adapted - params| after the long adaptation
  Estimate loss, adapted_loss;     // on the support rows, before and after it
};

struct SegmentPoint {
  double at = 0;  // 0: params, 1: adapted
  Estimate loss = {};
};

struct Diagnosis {
  std::int64_t tasks = 0;
  int batches = 0;                                   // k
  double lr = 0;                                     // of the Taylor analysis
  double grad = 0, grad_inner = 0, grad_cosine = 0;  // norms of AvgGrad, AvgGradInner; cosine
  std::vector<UpdateAnalysis> updates = {};          // Reptile, FOMAML, MAML, the run's own
  StateAnalysis before = {}, now = {};               // at the initial params, and at the state
  std::vector<SegmentPoint> segment = {};            // support loss from params to adapted
};

// Draws `tasks` tasks of `source` (streams kValidationTask, kValidationBatches). `before` is the
// state that training began with, `now` the one to look at. Throws Error as require_fit, begin_task
// and require_finite do.
Diagnosis diagnose(LearnerTeam& team, const MetaState& before, const MetaState& now,
                   const TaskSource& source, const DiagnosePlan& plan);

// Norms of the meta-updates of a run in order, in short: means over the first and the last tenth,
// and the longest. A stable run's updates do not grow.
struct Growth {
  double first = 0, last = 0, longest = 0;
  double ratio() const { return first > 0 ? last / first : 0; }
};
Growth growth_of(std::span<const double> norms);  // at least one

}  // namespace anole
