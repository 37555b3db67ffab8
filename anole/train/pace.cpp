#include "anole/train/pace.h"

#include <limits>

namespace anole {

void Pace::mark(double now, std::int64_t iteration) {
  latest_ = {now, iteration};
  if (now - marks_.back().time < kSpacing) return;
  marks_.push_back(latest_);
  while (now - marks_.front().time > kWindow && marks_.size() > 2) marks_.pop_front();
}

double Pace::rate() const {
  const auto& oldest = marks_.front();
  const double seconds = latest_.time - oldest.time;
  if (seconds < kSpacing) return 0;
  return static_cast<double>(latest_.iteration - oldest.iteration) / seconds;
}

double Pace::seconds_left(std::int64_t iterations) const {
  const double per_second = rate();
  if (per_second <= 0) return std::numeric_limits<double>::infinity();
  return static_cast<double>(iterations - latest_.iteration) / per_second;
}

}  // namespace anole
