#pragma once

// The one currency of the library: everything that crosses an engine, a thread, a rank, a client or
// a file is a MetaState or a difference of two.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anole {

// One more vector that is learned, or kept, beside the params.
struct NamedVector {
  std::string name;                // "average"; no '.' in it
  std::vector<float> values = {};  // [P]
  bool operator==(const NamedVector&) const = default;
};

// What meta-learning learns. P is the number of parameters of the model; the order of parameters is
// the ModelSpec's. With SGD `second_moment` is empty and `adam_steps` is 0.
struct MetaState {
  std::vector<float> params = {};         // [P]
  std::vector<float> second_moment = {};  // [P], >= 0; or empty
  std::int64_t adam_steps = 0;            // >= 0; the t of Adam's bias correction
  // Rows of the batches whose mean loss `second_moment` is of, >= 0: its unit. 0: not known; the
  // first batch of a task then sets it.
  std::int32_t moment_rows = 0;
  std::vector<NamedVector> extras = {};  // names differ; their order is kept

  bool operator==(const MetaState&) const = default;

  // The extra vector of this name; null if there is none.
  const std::vector<float>* find_extra(std::string_view name) const {
    for (const auto& extra : extras) {
      if (extra.name == name) return &extra.values;
    }
    return nullptr;
  }
  // The same, and an empty one is added if there is none.
  std::vector<float>& extra(std::string_view name) {
    for (auto& extra : extras) {
      if (extra.name == name) return extra.values;
    }
    return extras.emplace_back(NamedVector{.name = std::string(name)}).values;
  }
};

// What one task hands to the meta step: its adapted state and its last mini-batch loss.
struct TaskResult {
  MetaState adapted;
  double loss = 0;  // mean over the rows of the last inner step's batch
};

// A tensor of the output layer in a flat vector of P numbers: one row for each label, `rows` of
// `size` numbers, from `offset` on.
struct LabelRows {
  std::size_t offset = 0, rows = 0, size = 0;
  bool operator==(const LabelRows&) const = default;
};

}  // namespace anole
