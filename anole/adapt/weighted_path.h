#pragma once

// A task's pull on the meta-parameters when not all of its inner steps count alike:
//
//   pull = sum_j w_j (theta_j - theta_{j-1}),   j = 1 … k,   theta_0 = where the task starts
//
// All weights 1: theta_k - theta_0, Reptile's. Only the last: first-order MAML's. Under SGD
// theta_j - theta_{j-1} = -lr g_j, so these are the gradient combinations of Nichol et al. 2018,
// section 6.2. Learner::adapt composes, so the steps between two changes of weight are one call.

#include <memory>
#include <vector>

#include "anole/adapt/task_path.h"

namespace anole {

struct WeightedSteps {
  InnerOptions inner = {};
  std::vector<double> weights = {};  // one number per inner step of the task, or empty: all 1
  int shift = 0;  // pixels; each row of each inner batch moves anew, by chance. Images only
};

// `steps` must outlive the path. Throws Error as begin_task does.
std::unique_ptr<TaskPath> make_weighted_path(const WeightedSteps& steps, PathStart start);

}  // namespace anole
