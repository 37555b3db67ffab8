#include "anole/expect/judged.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/rng.h"

namespace anole {
namespace {

// 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom.
constexpr double kQuantiles[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                 2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                 2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                 2.060,  2.056, 2.052, 2.048, 2.045, 2.042};

double quantile(std::size_t degrees) {
  if (degrees == 0) return 0;
  return degrees <= std::size(kQuantiles) ? kQuantiles[degrees - 1] : 1.96;
}

// Of a class, in rows.
struct Counts {
  double right = 0, asked = 0;    // its own
  double blamed = 0, beside = 0;  // those of others
};

using CountsByClass = std::map<std::int32_t, Counts>;

void count(const JudgedTask& task, CountsByClass& counts) {
  const auto queries = task.guesses.size() / task.classes.size();
  const auto others = static_cast<double>(task.guesses.size() - queries);
  for (const auto index : task.classes) counts[index].beside += others;
  for (std::size_t row = 0; row < task.guesses.size(); ++row) {
    const auto truth = static_cast<std::int32_t>(row / queries);
    const auto guess = task.guesses[row];
    auto& own = counts[task.classes[row / queries]];
    own.asked += 1;
    own.right += guess == truth ? 1 : 0;
    const bool blames = guess != truth && task.seconds[row] == truth;
    if (blames) counts[task.classes[static_cast<std::size_t>(guess)]].blamed += 1;
  }
}

// v_c of every class, in the order of their indices.
std::vector<double> influences(std::span<const JudgedTask> tasks) {
  CountsByClass counts;
  for (const auto& task : tasks) count(task, counts);
  const auto others = static_cast<double>(tasks[0].classes.size() - 1);
  std::vector<double> values;
  for (const auto& [index, one] : counts) {
    values.push_back(100 * (one.right / one.asked - others * one.blamed / one.beside));
  }
  return values;
}

// Of the mean of `values` as a sample, by drawing them with replacement.
double resampled_variance(std::span<const double> values, const Resampling& resampling) {
  const auto size = values.size();
  if (size < 2) return 0;
  std::vector<double> means;
  for (int i = 0; i < resampling.times; ++i) {
    Rng rng(resampling.seed, Stream::kResample, static_cast<std::uint64_t>(i));
    double sum = 0;
    for (std::size_t k = 0; k < size; ++k)
      sum += values[rng.below(static_cast<std::uint32_t>(size))];
    means.push_back(sum / static_cast<double>(size));
  }
  const double deviation =
      estimate_of(means).ci95 / 1.96 * std::sqrt(static_cast<double>(means.size()));
  return deviation * deviation * static_cast<double>(size) / static_cast<double>(size - 1);
}

// `scores` are of the tasks, `values` of the classes in them.
Estimate over_classes(std::span<const double> scores, std::span<const double> values,
                      const Resampling& resampling) {
  const auto tasks = estimate_of(scores);
  const double over_tasks = std::pow(tasks.ci95 / 1.96, 2);
  const double variance = std::max(over_tasks, resampled_variance(values, resampling) - over_tasks);
  return {tasks.mean, quantile(values.size() - 1) * std::sqrt(variance)};
}

std::vector<double> difference(std::vector<double> ours, std::span<const double> theirs) {
  ANOLE_CHECK(ours.size() == theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) ours[i] -= theirs[i];
  return ours;
}

}  // namespace

JudgedTask judged(const TaskDraw& draw, std::span<const float> outputs) {
  JudgedTask task;
  for (const auto& one : draw) task.classes.push_back(one.ref.class_index);
  const auto ways = draw.size();
  for (std::size_t row = 0; row < outputs.size() / ways; ++row) {
    std::size_t best = 0, second = ways;
    const auto logits = outputs.subspan(row * ways, ways);
    for (std::size_t label = 1; label < ways; ++label) {
      if (logits[label] > logits[best]) {
        second = std::exchange(best, label);
      } else if (second == ways || logits[label] > logits[second]) {
        second = label;
      }
    }
    task.guesses.push_back(static_cast<std::int32_t>(best));
    task.seconds.push_back(static_cast<std::int32_t>(second));
  }
  return task;
}

std::vector<double> accuracies(std::span<const JudgedTask> tasks) {
  std::vector<double> all;
  for (const auto& task : tasks) {
    const auto queries = task.guesses.size() / task.classes.size();
    double right = 0;
    for (std::size_t row = 0; row < task.guesses.size(); ++row) {
      right += static_cast<std::size_t>(task.guesses[row]) == row / queries ? 1 : 0;
    }
    all.push_back(100 * right / static_cast<double>(task.guesses.size()));
  }
  return all;
}

Estimate accuracy_over_classes(std::span<const JudgedTask> tasks, const Resampling& resampling) {
  return over_classes(accuracies(tasks), influences(tasks), resampling);
}

Estimate difference_over_classes(std::span<const JudgedTask> ours,
                                 std::span<const JudgedTask> theirs, const Resampling& resampling) {
  return over_classes(difference(accuracies(ours), accuracies(theirs)),
                      difference(influences(ours), influences(theirs)), resampling);
}

}  // namespace anole
