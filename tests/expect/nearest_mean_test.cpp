#include "anole/expect/nearest_mean.h"

#include <gtest/gtest.h>

namespace anole {
namespace {

// Two classes of rows of one number: means 1 and 10.
Task two_classes(std::vector<float> queries) {
  Task task;
  task.way = 2;
  task.rows = {0, 2, 9, 11};
  task.rows.insert(task.rows.end(), queries.begin(), queries.end());
  task.labels = {0, 0, 1, 1};
  task.support = {
      .rows = std::span<const float>(task.rows).first(4), .labels = task.labels, .count = 4};
  task.query = {.rows = std::span<const float>(task.rows).subspan(4),
                .count = static_cast<std::int64_t>(queries.size())};
  return task;
}

TEST(NearestMean, HasTheLargestOutputAtTheNearestMean) {
  EXPECT_EQ(nearest_mean(two_classes({5, 6, -3})),
            (std::vector<float>{-16, -25, -25, -16, -16, -169}));
}

}  // namespace
}  // namespace anole
