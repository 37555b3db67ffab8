#pragma once

// The order in which inner steps see support rows, drawn before any engine runs.

#include <cstdint>
#include <span>
#include <string_view>
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

// Where the last batch of a task comes from: Nichol et al. 2018, section 6.3.
enum class Tail {
  kShared,    // the same rows as the batches before it
  kSeparate,  // rows of its own, which no earlier batch sees
};
inline std::span<const std::string_view> enum_names(Tail) {
  static constexpr std::string_view kNames[] = {"shared", "separate"};
  return kNames;
}

// `batch` 0, or more than n, means all n rows.
struct ScheduleOptions {
  int batch = 10;
  int steps = 5;
  bool replacement =
      false;  // each batch drawn without repetition inside, independent of the others
  Tail tail = Tail::kShared;
};

// Shuffles the n rows, cuts batches in order and reshuffles when they are used up; a batch that
// straddles two shuffles is kept. With a shared tail the batches for j steps are a prefix of those
// for k > j. With a separate tail the last batch is drawn first, and the others are made in the
// same way from the n - batch rows that are left; a schedule of one step is that batch.
Batches schedule(Rng rng, std::int32_t n, const ScheduleOptions& options);

// The rows that a schedule needs so that every batch is whole: `batch`, or twice that where the
// tail is separate and not the only batch. 1 for `batch` 0 and a shared tail. Throws UsageError for
// `batch` 0 and a separate tail, which would leave nothing to the earlier batches.
std::int64_t rows_needed(const ScheduleOptions& options);

// Batches [from, to) of `batches`.
Batches slice(const Batches& batches, int from, int to);

}  // namespace anole
