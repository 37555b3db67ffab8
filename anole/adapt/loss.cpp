#include "anole/adapt/loss.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace anole {

namespace {

// What smoothing adds to the loss of one row, smoothing (x_label - mean x), and to its gradient,
// smoothing (one_hot(label) - 1 / N), times `share`.
double smooth(std::span<const float> x, std::size_t label, double smoothing, float share,
              std::span<float> dx) {
  const auto part = static_cast<float>(smoothing) * share;
  double mean = 0;
  for (const float value : x) mean += double{value} / static_cast<double>(x.size());
  for (float& value : dx) value -= part / static_cast<float>(x.size());
  dx[label] += part;
  return smoothing * (double{x[label]} - mean);
}

}  // namespace

double cross_entropy(std::span<const float> outputs, std::span<const std::int32_t> labels,
                     std::span<float> gradient, double smoothing) {
  const std::size_t rows = labels.size(), ways = outputs.size() / rows;
  const float share = 1.0f / static_cast<float>(rows);
  double loss = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto x = outputs.subspan(row * ways, ways);
    const auto dx = gradient.subspan(row * ways, ways);
    const float top = *std::ranges::max_element(x);
    float sum = 0;
    for (std::size_t i = 0; i < ways; ++i) sum += dx[i] = std::exp(x[i] - top);
    const auto label = static_cast<std::size_t>(labels[row]);
    loss += std::log(double{sum}) - (double{x[label]} - top);
    for (std::size_t i = 0; i < ways; ++i) dx[i] *= share / sum;
    dx[label] -= share;
    if (smoothing > 0) loss += smooth(x, label, smoothing, share, dx);
  }
  return loss / static_cast<double>(rows);
}

double mean_squared_error(std::span<const float> outputs, std::span<const float> targets,
                          std::span<float> gradient) {
  const auto count = static_cast<double>(outputs.size());
  const auto share = static_cast<float>(2 / count);
  double loss = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const float difference = outputs[i] - targets[i];
    loss += double{difference} * difference;
    gradient[i] = share * difference;
  }
  return loss / count;
}

}  // namespace anole
