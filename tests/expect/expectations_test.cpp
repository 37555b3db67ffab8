#include "anole/expect/expectations.h"

#include <gtest/gtest.h>

#include "anole/core/error.h"
#include "anole/make_learner.h"
#include "tests/adapt/toy.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

// Classes 0, 1, …, of `items` rows of two numbers each: far apart, so that any learner tells them.
ClassDataset points(const std::vector<int>& items) {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < items.size(); ++c) {
    names.push_back("class" + std::to_string(c));
    for (int i = 0; i < items[c]; ++i) {
      rows.insert(rows.end(), {static_cast<float>(c % 3), static_cast<float>(c / 3)});
      labels.push_back(static_cast<std::int32_t>(c));
    }
  }
  return ClassDataset::from_rows(rows, {.channels = 2}, labels, names);
}

std::vector<ClassRef> all_of(const ClassDataset& dataset) {
  std::vector<ClassRef> refs;
  for (std::size_t c = 0; c < dataset.classes().size(); ++c) {
    refs.push_back({.class_index = static_cast<std::int32_t>(c)});
  }
  return refs;
}

// A linear network over two numbers whose labels are alike.
Bundle alike(int ways) {
  auto spec = toy::linear_spec(2, ways, Loss::kCrossEntropy);
  const auto size = signature_of(spec).parameters;
  return {.spec = spec,
          .meta = {.params = std::vector<float>(size, 0.25f)},
          .inner = {.optimizer = Optimizer::kSgd, .lr = 0.5},
          .schedule = {.batch = 5, .steps = 10}};
}

GridPlan plan_of(const Bundle& bundle, const ClassDataset& dataset) {
  return {.bundle = bundle,
          .dataset = dataset,
          .classes = all_of(dataset),
          .make = [](const ModelSpec& spec) { return make_learner(spec, Engine::kReference); },
          .options = {.ways = {2, 3, 5}, .shots = {1, 3}, .queries = 2},
          .tasks = 4,
          .seed = 7};
}

TEST(GridPlaces, ReachAsFarAsClassesAndItemsDo) {
  const auto dataset = points({2, 2, 4, 5, 6});
  const auto places = reachable_places(dataset, all_of(dataset), {});
  ASSERT_EQ(places.size(), 3u);  // 2 ways 1 and 3 shots, 5 ways 1 shot
  EXPECT_EQ(places[0].shape, (TaskShape{.ways = 2, .shots = 1, .queries = 1}));
  EXPECT_EQ(places[1].shape, (TaskShape{.ways = 2, .shots = 3, .queries = 1}));
  EXPECT_EQ(places[1].classes.size(), 3u);
  EXPECT_EQ(places[2].shape, (TaskShape{.ways = 5, .shots = 1, .queries = 1}));
}

TEST(ScheduleAt, IsWhatAnAdapterGivesAsManyExamples) {
  auto bundle = alike(5);
  bundle.rows = 5;
  const auto schedule = [&](int ways, int shots) {
    const auto found = schedule_at(bundle, {.ways = ways, .shots = shots});
    return std::pair(found.batch, found.steps);
  };
  EXPECT_EQ(schedule(2, 1), std::pair(5, 10));
  EXPECT_EQ(schedule(5, 1), std::pair(5, 10));
  EXPECT_EQ(schedule(5, 10), std::pair(20, 25));
}

TEST(Grid, VisitsWithDrawsAndOutputsOfEveryTask) {
  const auto dataset = points({4, 4, 4});
  const auto bundle = alike(5);
  std::vector<TaskShape> seen;
  walk_grid(plan_of(bundle, dataset), [&](const GridVisit& visit) {
    seen.push_back(visit.place.shape);
    ASSERT_EQ(visit.draws.size(), 4u);
    ASSERT_EQ(visit.outputs.size(), 4u);
    const auto ways = static_cast<std::size_t>(visit.place.shape.ways);
    const auto queries = static_cast<std::size_t>(visit.place.shape.queries);
    EXPECT_EQ(visit.outputs[3].size(), ways * queries * ways);
    EXPECT_EQ(visit.draws[3].size(), ways);
  });
  EXPECT_EQ(seen.size(), 4u);  // 2 and 3 ways, 1 and 3 shots
}

TEST(Grid, ANetworkWhoseLabelsDifferHasItsOwnWaysOnly) {
  auto bundle = alike(3);
  EXPECT_EQ(possible_ways(bundle, {2, 5}), (std::vector{2, 5}));
  bundle.meta.params[0] = 1;
  EXPECT_EQ(possible_ways(bundle, {2, 5}), std::vector{3});
}

TEST(Expect, SetsOursBesideBothPeers) {
  const auto dataset = points({4, 4, 4});
  const auto bundle = alike(5);
  const auto all = expect(plan_of(bundle, dataset));
  ASSERT_EQ(all.places.size(), 4u);
  EXPECT_EQ(all.classes, 3);
  EXPECT_EQ(all.places[0].peers[0].name, kNearestMean);
  EXPECT_EQ(all.places[0].peers[0].accuracy.mean, 100);  // the points of a class are one point
  EXPECT_EQ(all.places[0].peers[1].name, kRandomStart);
  EXPECT_FALSE(verdict_of(all).pays);
}

TEST(Expect, DoesNotDependOnThreads) {
  const auto dataset = points({4, 4, 4});
  const auto bundle = alike(5);
  auto plan = plan_of(bundle, dataset);
  const auto one = expect(plan);
  plan.threads = 3;
  EXPECT_EQ(expect(plan), one);
}

Expectation place(double ours, double peer, double ci95) {
  return {.shape = {.ways = 5, .shots = 1, .queries = 5},
          .classes = 15,
          .accuracy = {ours, 2},
          .peers = {{"a", {peer, 2}, {ours - peer, ci95}}, {"b", {20, 1}, {ours - 20, 1}}}};
}

TEST(Verdict, PaysWhereHalfOfThePlacesAreBetterBeyondTheInterval) {
  Expectations all{.places = {place(90, 60, 5), place(62, 60, 5)}};
  EXPECT_TRUE(verdict_of(all).pays);
  EXPECT_EQ(verdict_of(all).pays_at, 1);
  all.places.push_back(place(62, 60, 3));
  EXPECT_EQ(verdict_of(all).text,
            "Meta-training does not pay on this data: it is better than the better peer, beyond "
            "the interval, at 1 of 3 places of the table.");
}

TEST(ExpectationsJson, ComesBackAsItWas) {
  const Expectations all{.classes = 15, .tasks = 100, .seed = 3, .places = {place(90, 60, 5)}};
  EXPECT_EQ(parse_expectations(expectations_json(all), "x"), all);
  EXPECT_EQ(parse_expectations(expectations_json(all, 2), "x"), all);
}

TEST(ExpectationsJson, RefusesOtherFiles) {
  const auto message = [](const char* text) {
    return message_of<Error>([&] { (void)parse_expectations(text, "e.json"); });
  };
  EXPECT_EQ(message("{}"),
            "e.json: no table of expectations; 'anole train' on own data writes one");
  EXPECT_EQ(message(R"({"format":"anole-expect","format_version":2})"),
            "e.json: format version 2, this program reads 1; use a newer anole");
  EXPECT_TRUE(message(R"({"format":"anole-expect","format_version":1})")
                  .starts_with("e.json: not as docs/formats.md says: "));
}

TEST(ExpectationsJson, OfAFolderWithoutTheFileIsNothing) {
  const ScratchFolder folder;
  EXPECT_FALSE(load_expectations(folder.path()));
  write_text(folder / kExpectFile, expectations_json({.tasks = 9}));
  EXPECT_EQ(load_expectations(folder.path())->tasks, 9);
}

TEST(AffordableTasks, FollowTheWork) {
  const auto dataset = points({12, 12, 12, 12, 12, 12});
  const auto bundle = alike(5);
  const auto plan = plan_of(bundle, dataset);
  EXPECT_EQ(affordable_tasks(plan, {.gigaflops = 1}), 300);
  EXPECT_EQ(affordable_tasks(plan, {.gigaflops = 1e-9}), 20);
}

}  // namespace
}  // namespace anole
