#include "anole/tasks/class_tasks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "tests/error_of.h"
#include "tests/tasks/class_data.h"

namespace anole {
namespace {

std::string message_of(const ClassDataset& dataset, TaskShape shape) {
  try {
    ClassTasks(dataset, all_of(dataset), shape, 0);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ClassTasks, LaysOutRowsClassByClassInLabelOrder) {
  const auto dataset = numbered(8, 6);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 3, .shots = 2, .queries = 1}, 7);
  const auto task = source.task(Stream::kEvalTask, 0, 0);
  EXPECT_EQ(task.way, 3);
  EXPECT_EQ(task.support.count, 6);
  EXPECT_EQ(task.query.count, 3);
  const std::vector<std::int32_t> labels(task.support.labels.begin(), task.support.labels.end());
  EXPECT_EQ(labels, (std::vector<std::int32_t>{0, 0, 1, 1, 2, 2}));
  for (std::size_t row = 0; row < 6; ++row) {
    const auto label = static_cast<std::size_t>(labels[row]);
    EXPECT_EQ(task.class_names[label],
              "class" + std::to_string(static_cast<int>(task.support.rows[2 * row])));
  }
}

TEST(ClassTasks, DrawsClassesWithoutRepetitionAndRowsDisjoint) {
  const auto dataset = numbered(6, 5);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 6, .shots = 3, .queries = 2}, 1);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto task = source.task(Stream::kEvalTask, 0, i);
    EXPECT_EQ(std::set(task.class_names.begin(), task.class_names.end()).size(), 6u);
    std::set<std::pair<float, float>> rows;
    for (std::size_t r = 0; r < 30; ++r) rows.insert({task.rows[2 * r], task.rows[2 * r + 1]});
    EXPECT_EQ(rows.size(), 30u);  // 6 classes x (3 + 2) rows, each once
  }
}

TEST(ClassTasks, LabelsAreDrawnPositionsNeverSortedOnes) {
  const auto dataset = numbered(5, 2);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 5, .shots = 1, .queries = 0}, 3);
  int sorted = 0;
  std::array<int, 5> label_of_class_0{};
  for (std::uint32_t i = 0; i < 600; ++i) {
    const auto names = source.task(Stream::kTrainTask, 0, i).class_names;
    sorted += std::is_sorted(names.begin(), names.end());
    const auto found = std::find(names.begin(), names.end(), "class0");
    ++label_of_class_0[static_cast<std::size_t>(found - names.begin())];
  }
  EXPECT_LT(sorted, 20);                                                 // 600 / 5! = 5 expected
  for (const int count : label_of_class_0) EXPECT_NEAR(count, 120, 40);  // 4 standard deviations
}

TEST(ClassTasks, MoreQueriesLeaveTheSupportAsItIs) {
  const auto dataset = numbered(9, 12);
  const auto draw = [&](int queries) {
    return ClassTasks(dataset, all_of(dataset), {.ways = 4, .shots = 3, .queries = queries}, 5)
        .task(Stream::kEvalTask, 2, 1);
  };
  const auto none = draw(0), one = draw(1), many = draw(9);
  const auto rows = [](const Examples& e) { return std::vector(e.rows.begin(), e.rows.end()); };
  EXPECT_EQ(none.query.count, 0);
  EXPECT_EQ(rows(none.support), rows(one.support));
  EXPECT_EQ(rows(none.support), rows(many.support));
  EXPECT_EQ(none.class_names, many.class_names);
}

TEST(ClassTasks, GivesTheSameTaskInAnyThreadAndOrder) {
  const auto dataset = numbered(20, 4);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 5, .shots = 2, .queries = 1}, 0);
  std::vector<std::vector<float>> rows(64);
  WorkerPool pool(4);
  pool.run(64, [&](int, std::int64_t i) {
    rows[static_cast<std::size_t>(i)] =
        source.task(Stream::kTrainTask, 9, static_cast<std::uint32_t>(i)).rows;
  });
  for (std::uint32_t i = 64; i-- > 0;) {
    EXPECT_EQ(source.task(Stream::kTrainTask, 9, i).rows, rows[i]);
  }
  EXPECT_NE(rows[0], rows[1]);
}

TEST(ClassTasks, SeedStreamAndIterationEachMakeOtherTasks) {
  const auto dataset = numbered(20, 4);
  const TaskShape shape{.ways = 5, .shots = 2, .queries = 1};
  const ClassTasks source(dataset, all_of(dataset), shape, 0);
  const ClassTasks other(dataset, all_of(dataset), shape, 1);
  const auto names = source.task(Stream::kTrainTask, 0, 0).class_names;
  EXPECT_NE(names, other.task(Stream::kTrainTask, 0, 0).class_names);
  EXPECT_NE(names, source.task(Stream::kEvalTask, 0, 0).class_names);
  EXPECT_NE(names, source.task(Stream::kTrainTask, 1, 0).class_names);
}

TEST(ClassTasks, RotationsAreClassesOfTheirOwn) {
  ClassInfo info{.name = "Korean/character07", .group = "Korean", .first_item = 0, .items = 1};
  std::array<float, 256> values{};
  for (std::size_t v = 0; v < 256; ++v) values[v] = static_cast<float>(v);
  const auto dataset = ClassDataset::from_bytes({1, 2, 3, 4}, {1, 2, 2}, values, {info});
  const ClassTasks source(dataset, {{0, 1}}, {.ways = 1, .shots = 1, .queries = 0}, 0);
  const auto task = source.task(Stream::kTrainTask, 0, 0);
  EXPECT_EQ(task.class_names[0], "Korean/character07 rotated 90");
  EXPECT_EQ(task.rows, (std::vector<float>{2, 4, 1, 3}));
}

TEST(ClassTasks, AMovedTaskKeepsItsViews) {
  const auto dataset = numbered(5, 3);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 2, .shots = 1, .queries = 1}, 0);
  auto first = source.task(Stream::kTrainTask, 0, 0);
  const std::vector<float> rows(first.query.rows.begin(), first.query.rows.end());
  const Task moved = std::move(first);
  EXPECT_EQ(std::vector(moved.query.rows.begin(), moved.query.rows.end()), rows);
  EXPECT_EQ(moved.query.rows.data(), moved.rows.data() + 4);
}

TEST(ClassTasks, RefusesMoreWaysThanClasses) {
  EXPECT_EQ(message_of(numbered(20, 2), {.ways = 30, .shots = 1, .queries = 1}),
            "ways is 30, but only 20 classes are there to draw from; lower the ways or use a split "
            "with more classes");
}

TEST(ClassTasks, RefusesToDrawFromNoClasses) {
  const auto dataset = numbered(2, 2);
  EXPECT_EQ(error_of([&] { ClassTasks(dataset, {}, {.ways = 2, .shots = 1, .queries = 0}, 0); }),
            "ways is 2, but there are no classes to draw from; use another split, or another part "
            "of it");
}

TEST(ClassTasks, NamesAllClassesWithTooFewItemsAtOnce) {
  EXPECT_EQ(message_of(numbered(12, 10), {.ways = 5, .shots = 10, .queries = 1}),
            "10 shots and 1 queries need 11 items of each class, but 12 have fewer: 'class0' (10), "
            "'class1' (10), 'class2' (10), 'class3' (10), 'class4' (10), 'class5' (10), 'class6' "
            "(10), 'class7' (10), 'class8' (10), 'class9' (10) and 2 more; lower the shots or "
            "queries, or leave such classes out with skip_small_classes");
}

// Three classes, of 3, 1 and 2 items.
ClassDataset uneven() {
  return ClassDataset::from_rows(std::vector<float>{0, 1, 2, 3, 4, 5}, {1, 1, 1},
                                 std::vector<std::int32_t>{0, 0, 0, 1, 2, 2}, {"a", "b", "c"});
}

TEST(ClassTasks, LeavesOutClassesWithTooFewItemsIfAsked) {
  const auto dataset = uneven();
  const std::vector<ClassRef> classes{{0}, {1}, {2}, {1, 0, true}};
  const ClassTasks tasks(dataset, classes, {.ways = 2, .shots = 1, .queries = 1}, 0,
                         {.skip_small = true});
  EXPECT_EQ(tasks.too_small(), (std::vector<std::string>{"'b' (1)"}));
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (const auto& one : tasks.draw(Stream::kEvalTask, 0, i)) EXPECT_NE(one.ref.class_index, 1);
  }
}

TEST(ClassTasks, SaysWhichClassesAreTooSmallWhereTooFewAreLeft) {
  const auto dataset = uneven();
  const auto make = [&] {
    ClassTasks(dataset, {{0}, {1}, {2}}, {.ways = 2, .shots = 2, .queries = 1}, 0,
               {.skip_small = true});
  };
  EXPECT_EQ(
      error_of(make),
      "ways is 2, but only 1 class is there to draw from (too small: 'b' (1), 'c' (2)); lower "
      "the ways or use a split with more classes");
}

TEST(ClassTasks, RefusesZeroWays) {
  EXPECT_EQ(message_of(numbered(2, 1), {.ways = 0, .shots = 1, .queries = 0}),
            "ways is 0, shots is 1, queries is 0; ways and shots must be at least 1, queries at "
            "least 0");
}

constexpr ClassTaskOptions kWithinGroup{.within = Within::kGroup};

TEST(ClassTasks, WithinAGroupAllClassesAreOfOneAlphabetAndEveryAlphabetHasItsTurn) {
  const auto dataset = alphabets({3, 9, 3});
  const ClassTasks source(dataset, all_of(dataset), {.ways = 3, .shots = 1, .queries = 1}, 0,
                          kWithinGroup);
  std::map<std::string, int> tasks_of;
  for (std::uint32_t i = 0; i < 300; ++i) {
    std::set<std::string> groups;
    const auto names = source.task(Stream::kEvalTask, 0, i).class_names;
    for (const auto& name : names) groups.insert(name.substr(0, name.find('/')));
    ASSERT_EQ(groups.size(), 1u);
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), 3u);
    ++tasks_of[*groups.begin()];
  }
  EXPECT_EQ(source.groups(), 3u);
  for (const auto& [group, tasks] : tasks_of) EXPECT_NEAR(tasks, 100, 33) << group;  // 4 deviations
}

TEST(ClassTasks, WithinAGroupLeavesOutAlphabetsWithTooFewClassesAndSaysWhich) {
  const auto dataset = alphabets({2, 5, 1});
  const ClassTasks source(dataset, all_of(dataset), {.ways = 3, .shots = 1, .queries = 1}, 0,
                          kWithinGroup);
  EXPECT_EQ(source.groups(), 1u);
  EXPECT_EQ(source.left_out(),
            (std::vector<std::string>{"alphabet0 (2 classes)", "alphabet2 (1 class)"}));
}

std::string within_message(const ClassDataset& dataset, int ways) {
  try {
    ClassTasks(dataset, all_of(dataset), {.ways = ways}, 0, kWithinGroup);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ClassTasks, WithinAGroupRefusesMoreWaysThanTheLargestGroupHas) {
  EXPECT_EQ(within_message(alphabets({2, 4}), 5),
            "ways is 5, but no group has as many classes: the largest of 2 has 4; lower the ways, "
            "or draw tasks from all groups with within = 'any'");
}

TEST(ClassTasks, WithinAGroupRefusesClassesWithoutGroups) {
  EXPECT_EQ(within_message(numbered(4, 3), 2),
            "within is 'group', but the classes are in no groups: expected names such as "
            "'Korean/character07', found 'class0'");
}

TEST(ClassTasks, ADrawIsWhatItsTaskIsMadeOf) {
  const auto dataset = numbered(8, 6);
  const ClassTasks source(dataset, all_of(dataset), {.ways = 3, .shots = 2, .queries = 1}, 7);
  const auto draw = source.draw(Stream::kEvalTask, 0, 4);
  const auto task = source.task(Stream::kEvalTask, 0, 4);
  ASSERT_EQ(draw.size(), 3u);
  EXPECT_EQ(task.rows[0], static_cast<float>(draw[0].ref.class_index));
  EXPECT_EQ(task.rows[3], static_cast<float>(draw[0].support[1]));
  EXPECT_EQ(task.query.rows[1], static_cast<float>(draw[0].query[0]));
}

}  // namespace
}  // namespace anole
