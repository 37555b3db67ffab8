#include "anole/bundle/adapt_options.h"

#include <algorithm>

namespace anole {
namespace {

// Chosen on validation classes of Omniglot, from one bundle and tasks of 5 to 100 classes: accuracy
// is flat from 5 to 20 visits of each example, whatever the batch.
constexpr std::int64_t kVisits = 10;
constexpr int kGrownBatch = 20;

}  // namespace

ScheduleOptions adaptation_schedule(const ScheduleOptions& usual, std::int64_t usual_rows,
                                    std::int64_t rows) {
  if (usual_rows == 0 || rows <= usual_rows || usual.batch == 0) return usual;
  auto grown = usual;
  grown.batch = static_cast<int>(std::min<std::int64_t>(rows, std::max(usual.batch, kGrownBatch)));
  const auto visits = std::max(std::int64_t{usual.steps} * usual.batch, kVisits * rows);
  grown.steps = static_cast<int>((visits + grown.batch - 1) / grown.batch);
  return grown;
}

}  // namespace anole
