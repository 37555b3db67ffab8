#pragma once

// Gathers the results of a meta-batch. Rules:
// 1. Results are gathered whole and in task order; partial sums never travel, so every rank forms
//    the same sum and the bits do not depend on the number of ranks.
// 2. Task i of a meta-batch belongs to rank i * ranks / meta_batch (contiguous, balanced ranges).

#include <vector>

#include "anole/core/meta_state.h"

namespace anole {

class Reducer {
 public:
  virtual ~Reducer() = default;
  virtual int rank() const = 0;   // in [0, ranks())
  virtual int ranks() const = 0;  // >= 1
  // Takes this rank's results in task order; returns those of all ranks in task order.
  virtual std::vector<TaskResult> gather(std::vector<TaskResult> local) = 0;
};

// The reducer of a single process.
class LocalReducer final : public Reducer {
 public:
  int rank() const override { return 0; }
  int ranks() const override { return 1; }
  std::vector<TaskResult> gather(std::vector<TaskResult> local) override { return local; }
};

}  // namespace anole
