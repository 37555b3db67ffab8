#pragma once

// The order in which inner steps see support rows, drawn before any engine runs.

#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "anole/core/fields.h"
#include "anole/core/rng.h"

namespace anole {

// Row indices of `steps` mini-batches of equal size. A value; engines only read it.
struct Batches {
  int batch = 0;                   // B, rows of a mini-batch
  std::vector<std::int32_t> rows;  // [steps, B], in [0, n)

  int steps() const { return batch == 0 ? 0 : static_cast<int>(rows.size()) / batch; }
  std::span<const std::int32_t> step(int k) const {
    return std::span(rows).subspan(static_cast<std::size_t>(k) * static_cast<std::size_t>(batch),
                                   static_cast<std::size_t>(batch));
  }
};

// `batch` 0, or more than n, means all n rows.
struct ScheduleOptions {
  int batch = 10;
  int steps = 5;
  bool replacement =
      false;  // each batch drawn without repetition inside, independent of the others
};

// Shuffles the n rows, cuts batches in order and reshuffles when they are used up; a batch that
// straddles two shuffles is kept. The batches for j steps are a prefix of those for k > j.
Batches schedule(Rng rng, std::int32_t n, const ScheduleOptions& options);

// Batches [from, to) of `batches`.
Batches slice(const Batches& batches, int from, int to);

}  // namespace anole
