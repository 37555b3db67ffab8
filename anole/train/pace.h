#pragma once

// How fast meta-iterations go, over the last seconds rather than the whole run, so that the time
// left follows a machine that becomes busy. Times are seconds on any steady clock.

#include <cstdint>
#include <deque>

namespace anole {

class Pace {
 public:
  Pace(double now, std::int64_t iteration) { marks_.push_back({now, iteration}); }

  void mark(double now, std::int64_t iteration);

  // Meta-iterations per second; 0 before the first second has passed.
  double rate() const;
  // Seconds until `iterations` are done; infinite while the rate is 0.
  double seconds_left(std::int64_t iterations) const;

 private:
  static constexpr double kWindow = 30, kSpacing = 1;
  struct Mark {
    double time;
    std::int64_t iteration;
  };
  std::deque<Mark> marks_;  // at least kSpacing apart, the oldest at most about kWindow old
  Mark latest_ = {};
};

}  // namespace anole
