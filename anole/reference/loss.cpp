#include "anole/reference/loss.h"

#include <algorithm>
#include <cmath>

namespace anole::reference {

template <typename T>
LossValue<T> cross_entropy(std::span<const T> outputs, std::span<const std::int32_t> labels,
                           double smoothing) {
  const std::size_t rows = labels.size(), ways = outputs.size() / rows;
  LossValue<T> result{.loss = 0, .d_outputs = std::vector<T>(outputs.size())};
  for (std::size_t row = 0; row < rows; ++row) {
    const auto logits = outputs.subspan(row * ways, ways);
    const auto label = static_cast<std::size_t>(labels[row]);
    const T greatest = std::ranges::max(logits);  // so that no exponential overflows
    double sum = 0, mean = 0;
    for (const T logit : logits) sum += std::exp(double{logit - greatest});
    for (const T logit : logits) mean += double{logit - greatest} / static_cast<double>(ways);
    const double right = double{logits[label] - greatest};
    result.loss += std::log(sum) - right + smoothing * (right - mean);
    for (std::size_t way = 0; way < ways; ++way) {
      const double probability = std::exp(double{logits[way] - greatest}) / sum;
      const double target =
          (way == label ? 1 - smoothing : 0) + smoothing / static_cast<double>(ways);
      result.d_outputs[row * ways + way] =
          static_cast<T>((probability - target) / static_cast<double>(rows));
    }
  }
  result.loss /= static_cast<double>(rows);
  return result;
}

template <typename T>
LossValue<T> mean_squared_error(std::span<const T> outputs, std::span<const T> targets) {
  const auto count = static_cast<double>(outputs.size());
  LossValue<T> result{.loss = 0, .d_outputs = std::vector<T>(outputs.size())};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double difference = outputs[i] - targets[i];
    result.loss += difference * difference / count;
    result.d_outputs[i] = static_cast<T>(2 * difference / count);
  }
  return result;
}

template LossValue<float> cross_entropy(std::span<const float>, std::span<const std::int32_t>,
                                        double);
template LossValue<double> cross_entropy(std::span<const double>, std::span<const std::int32_t>,
                                         double);
template LossValue<float> mean_squared_error(std::span<const float>, std::span<const float>);
template LossValue<double> mean_squared_error(std::span<const double>, std::span<const double>);

}  // namespace anole::reference
