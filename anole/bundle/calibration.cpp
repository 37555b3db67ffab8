#include "anole/bundle/calibration.h"

#include <algorithm>
#include <cmath>

namespace anole {

const CalibrationPoint* nearest_point(const std::vector<CalibrationPoint>& points, int ways,
                                      double shots) {
  const auto distance = [&](const CalibrationPoint& point) {
    return std::abs(std::log(point.ways / static_cast<double>(ways))) +
           std::abs(std::log(point.shots / shots));
  };
  const auto nearest = std::ranges::min_element(points, {}, distance);
  return nearest == points.end() ? nullptr : &*nearest;
}

}  // namespace anole
