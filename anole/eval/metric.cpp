#include "anole/eval/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace anole {

double accuracy(std::span<const float> outputs, const Examples& rows) {
  const auto ways = outputs.size() / rows.labels.size();
  std::int64_t right = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    const auto logits = outputs.subspan(i * ways, ways);
    const auto best = std::ranges::max_element(logits) - logits.begin();  // the first of equals
    right += best == rows.labels[i] ? 1 : 0;
  }
  return 100.0 * static_cast<double>(right) / static_cast<double>(rows.labels.size());
}

double squared_error(std::span<const float> outputs, const Examples& rows) {
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double error = double{outputs[i]} - double{rows.targets[i]};
    sum += error * error;
  }
  return sum / static_cast<double>(outputs.size());
}

std::span<const Metric* const> metrics() {
  static constexpr const Metric* kAll[] = {&kAccuracy, &kSquaredError};
  return kAll;
}

const Metric& metric_of(AnswerKind answer) {
  return answer == AnswerKind::kClass ? kAccuracy : kSquaredError;
}

std::string number_text(double value, const Metric& metric) {
  return fmt::format("{:.{}f}", value, metric.digits);
}

std::string score_text(const Score& score, const Metric& metric) {
  return fmt::format("{} ± {}{}", number_text(score.mean, metric), number_text(score.ci95, metric),
                     metric.unit);
}

}  // namespace anole
