#include "anole/meta/reptile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "anole/core/error.h"
#include "anole/core/isa.h"
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

double euclidean_norm(std::span<const float> vector) {
  constexpr std::size_t kSums = 8;  // one sum would wait for itself at every addition
  double sums[kSums] = {};
  const std::size_t whole = vector.size() / kSums * kSums;
  run_for_isa([&]() ANOLE_INLINE {
    for (std::size_t j = 0; j < whole; j += kSums) {
      for (std::size_t i = 0; i < kSums; ++i) {
        sums[i] += double{vector[j + i]} * double{vector[j + i]};
      }
    }
  });
  for (std::size_t j = whole; j < vector.size(); ++j) {
    sums[j % kSums] += double{vector[j]} * double{vector[j]};
  }
  double all = 0;
  for (const double sum : sums) all += sum;
  return std::sqrt(all);
}

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

double annealed_step(double start, double final, std::int64_t iteration, std::int64_t iterations) {
  return start + (final - start) * static_cast<double>(iteration) / static_cast<double>(iterations);
}

double cosine_step(double start, double final, std::int64_t iteration, std::int64_t iterations) {
  const double done = static_cast<double>(iteration) / static_cast<double>(iterations);
  return final + (start - final) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

double scheduled_step(MetaSchedule schedule, double start, double final, std::int64_t iteration,
                      std::int64_t iterations) {
  const auto step = schedule == MetaSchedule::kCosine ? cosine_step : annealed_step;
  return step(start, final, iteration, iterations);
}

double meta_step(MetaState& state, std::span<const TaskResult> results, double step,
                 MomentRule rule) {
  const auto delta = mean_delta(state.params, results);
  reptile_step(state.params, delta, step);
  if (rule == MomentRule::kMean) carry_moment(state, results);
  return euclidean_norm(delta);
}

void update_average(std::vector<float>& average, std::span<const float> params, double decay,
                    std::int64_t iteration) {
  ANOLE_CHECK(iteration == 0 || average.size() == params.size());
  average.resize(params.size());
  const double keep = std::min(decay, 1 - 1 / static_cast<double>(iteration + 1));
  for (std::size_t j = 0; j < params.size(); ++j) {
    average[j] = static_cast<float>(keep * double{average[j]} + (1 - keep) * double{params[j]});
  }
}

}  // namespace anole
