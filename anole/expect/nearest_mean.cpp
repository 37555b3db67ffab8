#include "anole/expect/nearest_mean.h"

#include <span>

namespace anole {
namespace {

// [N, row], the classes' means.
std::vector<double> means_of(const Examples& support, std::size_t ways, std::size_t size) {
  std::vector<double> means(ways * size);
  std::vector<double> counts(ways);
  for (std::size_t row = 0; row < support.labels.size(); ++row) {
    const auto label = static_cast<std::size_t>(support.labels[row]);
    counts[label] += 1;
    for (std::size_t i = 0; i < size; ++i) {
      means[label * size + i] += double{support.rows[row * size + i]};
    }
  }
  for (std::size_t i = 0; i < means.size(); ++i) means[i] /= counts[i / size];
  return means;
}

double squared_distance(std::span<const float> row, std::span<const double> mean) {
  double sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double difference = double{row[i]} - mean[i];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

std::vector<float> nearest_mean(const Task& task) {
  const auto ways = static_cast<std::size_t>(task.way);
  const auto rows = static_cast<std::size_t>(task.query.count);
  const auto size = task.query.rows.size() / rows;
  const auto means = means_of(task.support, ways, size);
  std::vector<float> outputs;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto values = task.query.rows.subspan(row * size, size);
    for (std::size_t label = 0; label < ways; ++label) {
      const auto mean = std::span(means).subspan(label * size, size);
      outputs.push_back(static_cast<float>(-squared_distance(values, mean)));
    }
  }
  return outputs;
}

}  // namespace anole
