#pragma once

// A task's pull on the meta-parameters when not all of its inner steps count alike:
//
//   pull = sum_j w_j (theta_j - theta_{j-1}),   j = 1 … k,   theta_0 = where the task starts
//
// All weights 1: theta_k - theta_0, Reptile's. Only the last: first-order MAML's. Under SGD
// theta_j - theta_{j-1} = -lr g_j, so these are the gradient combinations of Nichol et al. 2018,
// section 6.2. Learner::adapt composes, so the steps between two changes of weight are one call.

#include <span>
#include <vector>

#include "anole/adapt/learner.h"

namespace anole {

// A task on its way through weighted steps.
class StepPath {
 public:
  StepPath() = default;
  // From begin_task(start, options, spare), with the options of the first take. `weights` is one
  // number per inner step of the task, or empty: all 1. Both must outlive this.
  StepPath(const MetaState& start, std::span<const double> weights, MetaState spare = {});

  // Takes the steps up to `to` of `batches`, the task's whole schedule, from where the last call
  // ended. Where calls cut the schedule does not change a bit.
  void take(Learner& learner, const Examples& support, const Batches& batches, int to,
            const InnerOptions& options);

  // Once a step is taken.
  const TaskState& state() const { return state_; }

  // Once all steps are taken: the adapted state, whose params are theta_0 + pull. With all weights
  // 1 these are theta_k itself, without a rounding more.
  MetaState result() &&;

 private:
  void end_run(double weight);

  const MetaState* start_ = nullptr;
  TaskState state_;  // before the first step: spare memory
  std::span<const double> weights_;
  bool plain_ = true;         // all weights are 1
  int taken_ = 0;             // inner steps so far
  std::vector<float> mark_;   // theta where the current run of equal weights began
  std::vector<double> pull_;  // of the runs that have ended
};

}  // namespace anole
