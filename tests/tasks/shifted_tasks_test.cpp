#include "anole/tasks/shifted_tasks.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "anole/core/error.h"
#include "tests/tasks/class_data.h"

namespace anole {
namespace {

std::unique_ptr<const ClassTasks> tasks_of(const ClassDataset& dataset,
                                           std::vector<ClassRef> classes, TaskShape shape,
                                           std::uint64_t seed) {
  return std::make_unique<const ClassTasks>(dataset, std::move(classes), shape, seed);
}

TEST(ShiftedTasks, MoveSupportRowsAndRepeatTheEdge) {
  // Of [1 2; 3 4], moved by -1 to 1 in both directions with the edge repeated, there are nine.
  const auto dataset = alphabets({1}, 20);
  const ShiftedTasks source(
      tasks_of(dataset, all_of(dataset), {.ways = 1, .shots = 10, .queries = 1}, 0), 1);
  std::set<std::vector<float>> seen;
  for (std::uint32_t i = 0; i < 30; ++i) {
    const auto task = source.task(Stream::kTrainTask, 0, i);
    for (std::size_t row = 0; row < 10; ++row) {
      seen.insert({task.rows.begin() + static_cast<std::ptrdiff_t>(4 * row),
                   task.rows.begin() + static_cast<std::ptrdiff_t>(4 * row + 4)});
    }
    EXPECT_EQ(std::vector(task.query.rows.begin(), task.query.rows.end()),
              (std::vector<float>{1, 2, 3, 4}));
  }
  EXPECT_EQ(seen, (std::set<std::vector<float>>{{1, 2, 3, 4},
                                                {1, 1, 3, 3},
                                                {2, 2, 4, 4},
                                                {1, 2, 1, 2},
                                                {3, 4, 3, 4},
                                                {1, 1, 1, 1},
                                                {2, 2, 2, 2},
                                                {3, 3, 3, 3},
                                                {4, 4, 4, 4}}));
}

TEST(ShiftedTasks, DoNotChangeWhichRowsAreDrawn) {
  const auto dataset = alphabets({6});
  const TaskShape shape{.ways = 3, .shots = 2, .queries = 1};
  const ClassTasks still(dataset, all_of(dataset), shape, 3);
  const ShiftedTasks moved(tasks_of(dataset, all_of(dataset), shape, 3), 1);
  EXPECT_EQ(still.task(Stream::kTrainTask, 5, 1).class_names,
            moved.task(Stream::kTrainTask, 5, 1).class_names);
}

TEST(ShiftedTasks, RefuseRowsThatAreNoImages) {
  const auto dataset = numbered(4, 3);
  try {
    ShiftedTasks(tasks_of(dataset, all_of(dataset), {.ways = 2}, 0), 1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "shift is 1, but the rows of the data set are no images; leave it out");
  }
}

}  // namespace
}  // namespace anole
