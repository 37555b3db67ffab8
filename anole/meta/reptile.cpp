#include "anole/meta/reptile.h"

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/vector_math.h"
#include "anole/meta/mean.h"

namespace anole {
namespace {

// One vector of every task, e.g. all adapted params, in task order.
std::vector<const float*> vectors(std::span<const TaskResult> results,
                                  std::vector<float> MetaState::*member, std::size_t size) {
  std::vector<const float*> all;
  for (const auto& result : results) {
    ANOLE_CHECK((result.adapted.*member).size() == size);
    all.push_back((result.adapted.*member).data());
  }
  return all;
}

// v <- mean_i v_i; t <- t of the tasks, which all took the same number of steps.
void carry_moment(MetaState& state, std::span<const TaskResult> results) {
  state.second_moment.resize(results[0].adapted.second_moment.size());
  mean_of(vectors(results, &MetaState::second_moment, state.second_moment.size()),
          state.second_moment);
  state.adam_steps = results[0].adapted.adam_steps;
}

}  // namespace

std::vector<float> mean_delta(std::span<const float> params, std::span<const TaskResult> results) {
  ANOLE_CHECK(!results.empty());
  std::vector<float> delta(params.size());
  mean_minus(vectors(results, &MetaState::params, params.size()), params, delta);
  return delta;
}

void reptile_step(std::span<float> params, std::span<const float> delta, double step) {
  ANOLE_CHECK(params.size() == delta.size());
  run_for_isa([&]() ANOLE_INLINE {
    for (std::size_t j = 0; j < params.size(); ++j) {
      params[j] = static_cast<float>(double{params[j]} + step * double{delta[j]});
    }
  });
}

double meta_step(MetaState& state, std::span<const TaskResult> results, double step,
                 MomentRule rule) {
  const auto delta = mean_delta(state.params, results);
  reptile_step(state.params, delta, step);
  if (rule == MomentRule::kMean) carry_moment(state, results);
  return euclidean_norm(delta);
}

}  // namespace anole
