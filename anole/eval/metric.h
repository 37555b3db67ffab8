#pragma once

// How the answers to a task's query rows become one number, and how that number is written.

#include <span>
#include <string>
#include <string_view>

#include "anole/core/statistics.h"
#include "anole/tasks/task.h"

namespace anole {

struct Metric {
  std::string_view key;   // in JSON, logs and TensorBoard
  std::string_view name;  // in prose
  std::string_view unit;  // after a number, with its space; may be empty
  int digits = 0;         // behind the point
  bool higher_is_better = true;
  // Of one task: `outputs` are logits [n, N] or values [n, D] for its n query rows, n >= 1.
  double (*of)(std::span<const float> outputs, const Examples& rows) = nullptr;
};

// Percent of rows whose largest output is at their label; of equal outputs the first counts.
double accuracy(std::span<const float> outputs, const Examples& rows);

// Mean over rows and the D outputs.
double squared_error(std::span<const float> outputs, const Examples& rows);

inline constexpr Metric kAccuracy{.key = "accuracy",
                                  .name = "accuracy",
                                  .unit = " %",
                                  .digits = 2,
                                  .higher_is_better = true,
                                  .of = &accuracy};
inline constexpr Metric kSquaredError{.key = "error",
                                      .name = "mean squared error",
                                      .unit = "",
                                      .digits = 4,
                                      .higher_is_better = false,
                                      .of = &squared_error};

std::span<const Metric* const> metrics();  // all there are
const Metric& metric_of(AnswerKind answer);

// A metric over tasks.
using Score = Estimate;

std::string number_text(double value, const Metric& metric);       // "97.52"
std::string score_text(const Score& score, const Metric& metric);  // "97.52 ± 0.10 %"

}  // namespace anole
