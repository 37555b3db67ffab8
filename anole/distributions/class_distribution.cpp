#include "anole/distributions/class_distribution.h"

#include <utility>

#include "anole/tasks/shifted_tasks.h"

namespace anole {

const std::vector<ClassRef>& classes_of(const ClassSplit& split, Part part) {
  if (part == Part::kTest) return split.test;
  return part == Part::kTrain ? split.train : split.validation;
}

ClassDistribution::ClassDistribution(LoadedData data)
    : data_(std::move(data)), hash_(data_.dataset.content_hash()) {}

TaskForm ClassDistribution::form(int ways) const {
  return {.row = data_.dataset.shape(), .outputs = ways, .answer = AnswerKind::kClass};
}

std::unique_ptr<TaskSource> ClassDistribution::tasks(Part part, const TaskPlan& plan,
                                                     std::uint64_t seed) const {
  auto tasks = class_tasks(data_, part, plan, seed);
  if (plan.shift == 0) return tasks;
  return std::make_unique<ShiftedTasks>(std::move(tasks), plan.shift);
}

DistributionFacts ClassDistribution::facts() const {
  return {.split = data_.split_name, .hash = hash_, .training = "training classes"};
}

std::unique_ptr<ClassTasks> class_tasks(const LoadedData& classes, Part part, const TaskPlan& plan,
                                        std::uint64_t seed) {
  return std::make_unique<ClassTasks>(classes.dataset, classes_of(classes.split, part), plan.shape,
                                      seed, plan.options);
}

}  // namespace anole
