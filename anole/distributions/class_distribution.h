#pragma once

// N-way K-shot tasks from a data set whose classes are split into parts.

#include <memory>
#include <string>
#include <vector>

#include "anole/distributions/task_distribution.h"

namespace anole {

// The classes of `part`.
const std::vector<ClassRef>& classes_of(const ClassSplit& split, Part part);

class ClassDistribution final : public TaskDistribution {
 public:
  explicit ClassDistribution(LoadedData data);

  TaskForm form(int ways) const override;
  std::int64_t rows(int ways, int count) const override { return std::int64_t{ways} * count; }
  bool has(Part part) const override { return !classes_of(data_.split, part).empty(); }
  std::unique_ptr<TaskSource> tasks(Part part, const TaskPlan& plan,
                                    std::uint64_t seed) const override;
  DistributionFacts facts() const override;
  const LoadedData* classes() const override { return &data_; }

 private:
  LoadedData data_;
  std::string hash_;
};

// The tasks that a distribution with these classes draws, as what they are: with draws and groups.
std::unique_ptr<ClassTasks> class_tasks(const LoadedData& classes, Part part, const TaskPlan& plan,
                                        std::uint64_t seed);

}  // namespace anole
