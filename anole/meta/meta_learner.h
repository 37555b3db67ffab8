#pragma once

// What a meta-learner takes from a task's k inner steps. Nichol, Achiam & Schulman 2018,
// arXiv:1803.02999: a task pulls the meta-parameters along
//
//   sum_j w_j (theta_j - theta_{j-1}),   j = 1 … k,   under SGD  -lr sum_j w_j g_j
//
//   Reptile                      w = 1, 1, …, 1    g_1 + … + g_k          algorithm 1
//   first-order MAML             w = 0, …, 0, 1    g_k                    section 5.1
//   a combination of gradients   w as given        e.g. 1,1,0: g_1 + g_2  section 6.2
//
// Averages, as ½ (g_1 + g_2), are the sums with epsilon divided by their number.

#include <span>
#include <string_view>
#include <vector>

namespace anole {

enum class MetaLearner { kReptile, kFomaml };
inline std::span<const std::string_view> enum_names(MetaLearner) {
  static constexpr std::string_view kNames[] = {"reptile", "fomaml"};
  return kNames;
}

// The w_j of `steps` inner steps; empty stands for all 1. `chosen` are the user's weights, empty
// for those of `learner`. Throws UsageError if they are not one a step, all 0, or given along with
// a learner that has weights of its own.
std::vector<double> step_weights(MetaLearner learner, std::span<const int> chosen, int steps);

}  // namespace anole
