#include "anole/expect/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/expect/nearest_mean.h"
#include "anole/meta/label_symmetry.h"

namespace anole {
namespace {

constexpr int kRandomSteps = 50;  // ten would be unfair to a start that knows nothing

std::vector<JudgedTask> by_nearest_mean(const GridVisit& visit) {
  std::vector<JudgedTask> tasks(visit.draws.size());
  visit.team.pool().run(static_cast<std::int64_t>(tasks.size()), [&](int, std::int64_t i) {
    const auto task = visit.source.task(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i));
    const auto place = static_cast<std::size_t>(i);
    tasks[place] = judged(visit.draws[place], nearest_mean(task));
  });
  return tasks;
}

// Parameters as training would begin with, of a network whose labels are alike if it has such.
MetaState random_start(const GridVisit& visit, std::uint64_t seed) {
  const WorkerScope scope;
  const auto& learner = visit.team.learner(0);
  MetaState state{.params = learner.init(Rng(seed, Stream::kInit)),
                  .moment_rows = visit.bundle.meta.moment_rows};
  average_labels(state, learner.signature().label_rows);
  return state;
}

std::vector<JudgedTask> by_random_start(const GridVisit& visit) {
  auto plan = visit.plan;
  plan.progress = {};
  plan.options.eval_steps = std::max(plan.options.eval_steps, kRandomSteps);
  plan.inner.optimizer_state = OptimizerState::kReset;
  const auto result = evaluate(visit.team, random_start(visit, plan.seed), visit.source, plan);
  std::vector<JudgedTask> tasks;
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    tasks.push_back(judged(visit.draws[i], result.outputs[i].norms[0]));
  }
  return tasks;
}

ExpectedPeer peer_of(const std::string& name, std::span<const JudgedTask> ours,
                     std::span<const JudgedTask> theirs, const Resampling& resampling) {
  return {.name = name,
          .accuracy = accuracy_over_classes(theirs, resampling),
          .difference = difference_over_classes(ours, theirs, resampling)};
}

Expectation expectation_of(const GridVisit& visit, const Resampling& resampling) {
  const auto ours = visit.judged();
  return {.shape = visit.place.shape,
          .classes = static_cast<int>(visit.place.classes.size()),
          .accuracy = accuracy_over_classes(ours, resampling),
          .peers = {peer_of(kNearestMean, ours, by_nearest_mean(visit), resampling),
                    peer_of(kRandomStart, ours, by_random_start(visit), resampling)}};
}

// Of one task at each reachable place, the random start's included.
double gigaflops_of_all(const GridPlan& plan) {
  auto options = plan.options;
  options.ways = possible_ways(plan.bundle, options.ways);
  double sum = 0;
  for (const auto& place : reachable_places(plan.dataset, plan.classes, options)) {
    const auto schedule = schedule_at(plan.bundle, place.shape);
    auto random = schedule;
    random.steps = std::max(random.steps, kRandomSteps);
    sum += task_gigaflops(plan.bundle.spec, place.shape, schedule) +
           task_gigaflops(plan.bundle.spec, place.shape, random);
  }
  return sum;
}

}  // namespace

Expectations expect(const GridPlan& plan, const std::string& part) {
  Expectations all{.part = part,
                   .classes = static_cast<int>(plan.classes.size()),
                   .tasks = plan.tasks,
                   .seed = plan.seed,
                   .norm = plan.norm};
  walk_grid(plan, [&](const GridVisit& visit) {
    all.places.push_back(expectation_of(visit, {.seed = plan.seed, .times = all.resamples}));
  });
  return all;
}

int affordable_tasks(const GridPlan& plan, const TaskBudget& budget) {
  const double one = gigaflops_of_all(plan);
  if (one <= 0) return budget.most;
  return static_cast<int>(std::clamp<double>(budget.gigaflops / one, budget.least, budget.most));
}

const ExpectedPeer* best_peer(const Expectation& place) {
  const auto best = std::ranges::max_element(
      place.peers, {}, [](const ExpectedPeer& peer) { return peer.accuracy.mean; });
  return best == place.peers.end() ? nullptr : &*best;
}

Verdict verdict_of(const Expectations& expectations) {
  Verdict verdict{.places = static_cast<int>(expectations.places.size())};
  for (const auto& place : expectations.places) {
    const auto* peer = best_peer(place);
    if (peer == nullptr || peer->difference.mean <= peer->difference.ci95) continue;
    ++verdict.pays_at;
  }
  verdict.pays = verdict.places > 0 && 2 * verdict.pays_at >= verdict.places;
  const auto where = fmt::format(
      "better than the better peer, beyond the interval, at {} of {} "
      "places of the table",
      verdict.pays_at, verdict.places);
  if (verdict.places == 0) return verdict;
  verdict.text = verdict.pays
                     ? fmt::format("Meta-training pays: {}.", where)
                     : fmt::format("Meta-training does not pay on this data: it is {}.", where);
  return verdict;
}

}  // namespace anole
