#pragma once

// What the probabilities of an adapted network are worth, measured at the end of meta-training on
// validation or training classes, by number of classes and examples. Guo et al. 2017,
// arXiv:1706.04599: one temperature divides all outputs before the softmax.

#include <cstdint>
#include <vector>

namespace anole {

// Of tasks with `ways` classes and `shots` examples a class.
struct CalibrationPoint {
  int ways = 0, shots = 0;
  double temperature = 1;  // > 0
  double threshold = 0;    // of the largest probability: below it, "none of these"; in [0, 1]
  double accuracy = 0;     // share of right answers that is expected, with its 95 % interval
  double ci95 = 0;
  // How good the two are, on the tasks that they were fitted on: expected calibration error, and
  // the chance that a row of these classes has a larger probability than one of none (0.5: not
  // told apart, or not measured).
  double error = 0, separation = 0.5;
  bool operator==(const CalibrationPoint&) const = default;
};

// The point nearest to tasks of `ways` classes and `shots` examples, by the ratio of both; null if
// there are none. Of equally near ones the first.
const CalibrationPoint* nearest_point(const std::vector<CalibrationPoint>& points, int ways,
                                      double shots);

}  // namespace anole
