#pragma once

// The one currency of the library: everything that crosses an engine, a thread, a rank, a client or
// a file is a MetaState or a difference of two.

#include <cstdint>
#include <vector>

namespace anole {

// What meta-learning learns. P is the number of parameters of the model; the order of parameters is
// the ModelSpec's. With SGD `second_moment` is empty and `adam_steps` is 0.
struct MetaState {
  std::vector<float> params = {};         // [P]
  std::vector<float> second_moment = {};  // [P], >= 0; or empty
  std::int64_t adam_steps = 0;            // >= 0; the t of Adam's bias correction

  bool operator==(const MetaState&) const = default;
};

// What one task hands to the meta step: its adapted state and its last mini-batch loss.
struct TaskResult {
  MetaState adapted;
  double loss = 0;  // mean over the rows of the last inner step's batch
};

}  // namespace anole
