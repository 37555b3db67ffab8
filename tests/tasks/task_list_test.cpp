#include "anole/tasks/task_list.h"

#include <gtest/gtest.h>

#include <functional>

#include "anole/core/error.h"

namespace anole {
namespace {

// Classes "a", "b", "c" of four rows [2]: {class, item}.
ClassDataset letters() {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  for (std::int32_t c = 0; c < 3; ++c) {
    for (std::int32_t i = 0; i < 4; ++i) {
      labels.push_back(c);
      rows.insert(rows.end(), {static_cast<float>(c), static_cast<float>(i)});
    }
  }
  return ClassDataset::from_rows(rows, Shape{2}, labels, {"a", "b", "c"});
}

// Task 0: c then a; task 1: b then c.
TaskList two_tasks() {
  return {.shape = {.ways = 2, .shots = 2, .queries = 1},
          .names = {{0, "a"}, {1, "b"}, {2, "c"}},
          .tasks = {{{{2, 0}, {3, 1}, {0}}, {{0, 0}, {2, 0}, {1}}},
                    {{{1, 0}, {0, 1}, {2}}, {{2, 0}, {1, 2}, {3}}}}};
}

std::string error_of(const std::function<void(TaskList&)>& change) {
  const auto dataset = letters();
  auto list = two_tasks();
  change(list);
  try {
    ListedTasks(dataset, list, "tasks.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ListedTasks, GiveTheRowsThatTheListNames) {
  const auto dataset = letters();
  const ListedTasks source(dataset, two_tasks(), "tasks.json");
  const auto task = source.task(Stream::kEvalTask, 0, 0);
  EXPECT_EQ(source.outputs(), 2);
  EXPECT_EQ(task.class_names, (std::vector<std::string>{"c", "a"}));
  EXPECT_EQ(std::vector(task.support.rows.begin(), task.support.rows.end()),
            (std::vector<float>{2, 3, 2, 1, 0, 2, 0, 0}));
  EXPECT_EQ(std::vector(task.query.rows.begin(), task.query.rows.end()),
            (std::vector<float>{2, 0, 0, 1}));
}

TEST(ListedTasks, ReplayWhatWasDrawnBitForBit) {
  const auto dataset = letters();
  const TaskShape shape{.ways = 2, .shots = 2, .queries = 1};
  const ClassTasks drawn(dataset, {{0, 0}, {1, 0}, {2, 0}}, shape, 11);
  const ListedTasks replayed(dataset, list_tasks(drawn, dataset, shape, 20), "tasks.json");
  for (std::uint32_t i = 0; i < 20; ++i) {
    const auto a = drawn.task(Stream::kEvalTask, 0, i), b = replayed.task(Stream::kEvalTask, 0, i);
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.labels, b.labels);
    EXPECT_EQ(a.class_names, b.class_names);
  }
}

// printf 'c\t0\t3,1\t0\na\t0\t2,0\t1\n\nb\t0\t0,1\t2\nc\t0\t1,2\t3\n\n' | sha256sum
TEST(TaskListHash, IsTheSha256OfLinesThatAnyProgramCanWrite) {
  EXPECT_EQ(hash_of(two_tasks()),
            "8a8e5e42d36a9cfe2a45bc3db31b304f8a702530c25371420058de772f905672");
}

TEST(TaskListHash, ChangesWithEveryItemClassAndOrder) {
  const auto hash = hash_of(two_tasks());
  auto list = two_tasks();
  list.tasks[1][0].query[0] = 3;
  EXPECT_NE(hash_of(list), hash);
  list = two_tasks();
  std::swap(list.tasks[0][0], list.tasks[0][1]);
  EXPECT_NE(hash_of(list), hash);
  list = two_tasks();
  list.tasks[0][0].ref.quarter_turns = 1;
  EXPECT_NE(hash_of(list), hash);
  list = two_tasks();
  list.tasks[0][0].ref.mirrored = true;
  EXPECT_NE(hash_of(list), hash);
}

TEST(ListedTasks, RefuseWhatIsNotInTheDataSet) {
  EXPECT_EQ(error_of([](TaskList& list) { list.names[2] = "d"; }),
            "tasks.json: class 2 is 'd', in the data set it is 'c'");
  EXPECT_EQ(error_of([](TaskList& list) { list.names[7] = "h"; }),
            "tasks.json: class 7 'h' is not in the data set, which has 3 classes");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[1][0].support[1] = 4; }),
            "tasks.json: task 1: item 4 of class 'b' does not exist, it has 4 items");
  EXPECT_EQ(error_of([](TaskList& list) { list.names.erase(1); }),
            "tasks.json: task 1: class 1 is not in the list of classes");
}

TEST(ListedTasks, RefuseWhatIsNoTask) {
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[0][0].query[0] = 3; }),
            "tasks.json: task 0: item 3 of class 'c' is used twice");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[0][1] = list.tasks[0][0]; }),
            "tasks.json: task 0: class 'c' is there twice");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[0].pop_back(); }),
            "tasks.json: task 0 has 1 classes, expected 2");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[0][0].query.clear(); }),
            "tasks.json: task 0: class 'c' has 2 support and 0 query items, expected 2 and 1");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks[0][0].ref.quarter_turns = 4; }),
            "tasks.json: task 0: class 'c' is turned by 4 quarters, expected 0 to 3");
  EXPECT_EQ(error_of([](TaskList& list) { list.tasks.clear(); }), "tasks.json: no tasks in it");
}

}  // namespace
}  // namespace anole
