#pragma once

// Ten random images and a network for them, for tests of engines made of plans.

#include <cstdint>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/core/rng.h"
#include "anole/models/zoo.h"

namespace anole {

inline constexpr int kRows = 10, kWays = 5;

// Ten random 28 x 28 images of five classes.
struct Images {
  std::vector<float> rows = std::vector<float>(kRows * 784);
  std::vector<std::int32_t> labels = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};

  Images() {
    Rng rng(7, Stream::kTrainTask);
    for (auto& pixel : rows) pixel = rng.uniform() < 0.8f ? 1.0f : 0.0f;
  }
  Examples examples() const { return {.rows = rows, .labels = labels, .count = kRows}; }
};

inline ModelSpec omniglot_spec() {
  return make_model({.model = "omniglot_conv4"}, {1, 28, 28}, kWays, Loss::kCrossEntropy);
}

inline TaskState initial_state(const Learner& learner) {
  TaskState state;
  state.meta.params = learner.init(Rng(1, Stream::kInit));
  return state;
}

inline Batches whole_support(int steps) {
  return schedule(Rng(3, Stream::kTrainBatches), kRows, {.batch = 0, .steps = steps});
}

}  // namespace anole
