#include "anole/tasks/schedule.h"

#include <algorithm>
#include <numeric>

#include "anole/core/error.h"

namespace anole {
namespace {

// Endless shuffles of [0, n), one row at a time.
class Reshuffle {
 public:
  Reshuffle(Rng& rng, std::int32_t n) : rng_(rng), order_(static_cast<std::size_t>(n)) {
    std::iota(order_.begin(), order_.end(), 0);
  }
  std::int32_t next() {
    if (used_ == 0) rng_.shuffle(order_);
    const auto row = order_[used_];
    used_ = (used_ + 1) % order_.size();
    return row;
  }

 private:
  Rng& rng_;
  std::vector<std::int32_t> order_;
  std::size_t used_ = 0;
};

}  // namespace

Batches schedule(Rng rng, std::int32_t n, const ScheduleOptions& options) {
  ANOLE_CHECK(n >= 1 && options.batch >= 0 && options.steps >= 0);
  Batches batches;
  batches.batch = options.batch == 0 ? n : std::min(options.batch, n);
  const auto batch = static_cast<std::size_t>(batches.batch);
  batches.rows.resize(static_cast<std::size_t>(options.steps) * batch);
  if (options.replacement) {
    for (std::size_t first = 0; first < batches.rows.size(); first += batch) {
      rng.sample(n, std::span(batches.rows).subspan(first, batch));
    }
  } else {
    Reshuffle rows(rng, n);
    for (auto& row : batches.rows) row = rows.next();
  }
  return batches;
}

Batches slice(const Batches& batches, int from, int to) {
  ANOLE_CHECK(0 <= from && from <= to && to <= batches.steps());
  const auto at = [&](int step) {
    return batches.rows.begin() + static_cast<std::ptrdiff_t>(step) * batches.batch;
  };
  return {.batch = batches.batch, .rows = {at(from), at(to)}};
}

}  // namespace anole
