#include "anole/tasks/shifted_tasks.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "anole/core/error.h"

namespace anole {
namespace {

// `classes` classes of `items` rows [2]: {class, item}.
ClassDataset numbered(std::int32_t classes, std::int32_t items) {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  for (std::int32_t c = 0; c < classes; ++c) {
    names.push_back("class" + std::to_string(c));
    for (std::int32_t i = 0; i < items; ++i) {
      labels.push_back(c);
      rows.insert(rows.end(), {static_cast<float>(c), static_cast<float>(i)});
    }
  }
  return ClassDataset::from_rows(rows, Shape{2}, labels, names);
}

// Alphabets of the given sizes, each character with `items` rows [1, 2, 2].
ClassDataset alphabets(const std::vector<int>& sizes, std::int32_t items = 3) {
  std::vector<ClassInfo> classes;
  std::array<float, 256> values{};
  for (std::size_t v = 0; v < 256; ++v) values[v] = static_cast<float>(v);
  std::int32_t first = 0;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (int c = 0; c < sizes[a]; ++c, first += items) {
      const auto group = fmt::format("alphabet{}", a);
      classes.push_back({fmt::format("{}/character{}", group, c), group, first, items});
    }
  }
  std::vector<std::uint8_t> pixels;
  for (std::int32_t i = 0; i < first; ++i) pixels.insert(pixels.end(), {1, 2, 3, 4});
  return ClassDataset::from_bytes(pixels, {1, 2, 2}, values, classes);
}

std::vector<ClassRef> all_of(const ClassDataset& dataset) {
  std::vector<ClassRef> refs;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(dataset.classes().size()); ++c) {
    refs.push_back({c, 0});
  }
  return refs;
}

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
