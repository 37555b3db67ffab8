#include "anole/meta/label_symmetry.h"

#include "anole/core/error.h"

namespace anole {

void average_labels(std::span<float> vector, std::span<const LabelRows> output_layer) {
  for (const auto& [offset, rows, size] : output_layer) {
    ANOLE_CHECK(rows > 0 && offset + rows * size <= vector.size());
    const auto values = vector.subspan(offset, rows * size);
    for (std::size_t j = 0; j < size; ++j) {
      double sum = 0;
      for (std::size_t row = 0; row < rows; ++row) sum += double{values[row * size + j]};
      const auto mean = static_cast<float>(sum / static_cast<double>(rows));
      for (std::size_t row = 0; row < rows; ++row) values[row * size + j] = mean;
    }
  }
}

void average_labels(MetaState& state, std::span<const LabelRows> output_layer) {
  average_labels(std::span(state.params), output_layer);
  if (!state.second_moment.empty()) average_labels(std::span(state.second_moment), output_layer);
}

}  // namespace anole
