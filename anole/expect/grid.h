#pragma once

// One initialisation under many ways and shots: for each (N, K) that the classes allow, tasks are
// drawn, adapted and answered, and the answers handed over. Tables of what to expect come from it,
// and so can whatever is fitted by number of ways and shots. Rules:
// 1. Tasks are those of an evaluation with this seed, ways, shots and queries.
// 2. The same options give the same answers, on any number of threads.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/bundle/adapter.h"
#include "anole/eval/evaluate.h"
#include "anole/expect/judged.h"
#include "anole/tasks/class_tasks.h"

namespace anole {

struct GridOptions {
  std::vector<int> ways = {2, 5, 10, 20};  // N
  std::vector<int> shots = {1, 3, 5, 10};  // K
  int queries = 5;                         // of a class, at most; fewer where items are few
};

// An (N, K), and the classes that have items enough for it.
struct GridPlace {
  TaskShape shape = {};
  std::vector<ClassRef> classes = {};
};

// Those of `options` that `classes` reach, N by N: a class takes part in K shots if it has more
// than K items, and N of them are needed.
std::vector<GridPlace> reachable_places(const ClassDataset& dataset,
                                        std::span<const ClassRef> classes,
                                        const GridOptions& options);

// The ways of `options` that `bundle` can have: all of them, or, where its labels are not alike
// (see with_ways), its own number.
std::vector<int> possible_ways(const Bundle& bundle, const std::vector<int>& ways);

// The inner loop of a place: what an Adapter gives as many examples.
ScheduleOptions schedule_at(const Bundle& bundle, const TaskShape& shape);

struct GridPlan {
  const Bundle& bundle;         // an initialisation
  const ClassDataset& dataset;  // in rows that its network takes
  std::vector<ClassRef> classes = {};
  MakeLearner make = {};
  int threads = 1;
  GridOptions options = {};
  int tasks = 200;  // of each place
  std::uint64_t seed = 0;
  NormMode norm = NormMode::kSupport;              // how a deployed network predicts
  std::function<void(double done)> progress = {};  // in [0, 1], from the caller's thread
};

// How tasks of `shape` are answered; `bundle` has a head for its ways.
EvalPlan plan_at(const GridPlan& plan, const Bundle& bundle, const TaskShape& shape);

// What was done at a place. It lives as long as the call that it is handed to.
struct GridVisit {
  const GridPlace& place;
  const Bundle& bundle;                          // with a head for the place's ways
  const ClassTasks& source;                      // of the tasks
  const EvalPlan& plan;                          // under which they were answered
  LearnerTeam& team;                             // of learners for bundle.spec
  std::vector<TaskDraw> draws = {};              // [tasks]
  std::vector<std::vector<float>> outputs = {};  // [tasks] logits [N*Q, N]; row r has label r / Q

  std::vector<JudgedTask> judged() const;
};

// Visits the reachable places, in their order. Throws Error as evaluate does.
void walk_grid(const GridPlan& plan, const std::function<void(const GridVisit&)>& visit);

// Nominal work of one task at `shape`: `steps` of its schedule, and its queries.
double task_gigaflops(const ModelSpec& spec, const TaskShape& shape,
                      const ScheduleOptions& schedule);

}  // namespace anole
