#include "anole/meta/reptile.h"

#include <utility>

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

MetaState mean_change(const MetaState& state, std::span<const TaskResult> results,
                      MomentRule rule) {
  MetaState change{.params = mean_delta(state.params, results)};
  const auto& first = results[0].adapted;
  change.adam_steps = first.adam_steps;  // tasks all take the same number of steps
  change.moment_rows = first.moment_rows;
  if (rule == MomentRule::kKeep) return change;
  change.second_moment.resize(first.second_moment.size());
  mean_of(vectors(results, &MetaState::second_moment, change.second_moment.size()),
          change.second_moment);
  return change;
}

double meta_step(MetaState& state, MetaState change, double step) {
  reptile_step(state.params, change.params, step);
  state.moment_rows = change.moment_rows;
  if (!change.second_moment.empty()) {
    state.second_moment = std::move(change.second_moment);
    state.adam_steps = change.adam_steps;
  }
  return euclidean_norm(change.params);
}

double meta_step(MetaState& state, std::span<const TaskResult> results, double step,
                 MomentRule rule) {
  return meta_step(state, mean_change(state, results, rule), step);
}

}  // namespace anole
