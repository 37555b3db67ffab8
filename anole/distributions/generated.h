#pragma once

// A distribution whose every task is new: drawn by a program, without data, classes or parts.

#include <memory>
#include <string>
#include <utility>

#include "anole/distributions/task_distribution.h"

namespace anole {

// `Tasks` is a TaskSource made from (TaskShape, seed), of regression.
template <class Tasks>
class GeneratedDistribution final : public TaskDistribution {
 public:
  // `noun`: what a task is, in the plural: "waves".
  explicit GeneratedDistribution(std::string noun) : noun_(std::move(noun)) {}

  TaskForm form(int) const override {
    const Tasks tasks({.shots = 1, .queries = 0}, 0);
    return {.row = tasks.shape(), .outputs = tasks.outputs(), .answer = tasks.answer()};
  }
  std::int64_t rows(int, int count) const override { return count; }
  bool has(Part) const override { return true; }
  std::unique_ptr<TaskSource> tasks(Part, const TaskPlan& plan, std::uint64_t seed) const override {
    return std::make_unique<Tasks>(plan.shape, seed);
  }
  DistributionFacts facts() const override { return {.training = "new " + noun_}; }

 private:
  std::string noun_;
};

}  // namespace anole
