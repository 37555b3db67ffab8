#include "anole/tasks/schedule.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "anole/core/error.h"

namespace anole {
namespace {

// Endless shuffles of the same rows, one row at a time.
class Reshuffle {
 public:
  Reshuffle(Rng& rng, std::vector<std::int32_t> rows) : rng_(rng), order_(std::move(rows)) {}
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

std::vector<std::int32_t> first_integers(std::int32_t n) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

// Fills `out`, whole batches of `batch`, from `pool`.
void fill(Rng& rng, std::vector<std::int32_t> pool, std::size_t batch, bool replacement,
          std::span<std::int32_t> out) {
  if (!replacement) {
    Reshuffle rows(rng, std::move(pool));
    for (auto& row : out) row = rows.next();
    return;
  }
  for (std::size_t first = 0; first < out.size(); first += batch) {
    const auto places = out.subspan(first, batch);
    rng.sample(static_cast<std::int32_t>(pool.size()), places);
    for (auto& place : places) place = pool[static_cast<std::size_t>(place)];
  }
}

}  // namespace

Batches schedule(Rng rng, std::int32_t n, const ScheduleOptions& options) {
  ANOLE_CHECK(n >= 1 && options.batch >= 0 && options.steps >= 0);
  Batches batches;
  batches.batch = options.batch == 0 ? n : std::min(options.batch, n);
  const auto batch = static_cast<std::size_t>(batches.batch);
  batches.rows.resize(static_cast<std::size_t>(options.steps) * batch);
  auto pool = first_integers(n);
  auto unfilled = std::span(batches.rows);
  if (options.tail == Tail::kSeparate && options.steps > 0) {
    ANOLE_CHECK(n >= rows_needed(options));
    rng.shuffle(pool);
    std::ranges::copy(std::span(pool).last(batch), unfilled.last(batch).begin());
    unfilled = unfilled.first(unfilled.size() - batch);
    pool.resize(pool.size() - batch);
  }
  fill(rng, std::move(pool), batch, options.replacement, unfilled);
  return batches;
}

std::int64_t rows_needed(const ScheduleOptions& options) {
  if (options.tail == Tail::kShared) return std::max(options.batch, 1);
  if (options.batch == 0) {
    throw UsageError(
        "tail is separate, but inner_batch is 0, all support rows, so that none are left for the "
        "last batch; give inner_batch a number of rows");
  }
  return std::int64_t{options.batch} * (options.steps > 1 ? 2 : 1);
}

Batches slice(const Batches& batches, int from, int to) {
  ANOLE_CHECK(0 <= from && from <= to && to <= batches.steps());
  const auto at = [&](int step) {
    return batches.rows.begin() + static_cast<std::ptrdiff_t>(step) * batches.batch;
  };
  return {.batch = batches.batch, .rows = {at(from), at(to)}};
}

}  // namespace anole
