#include "anole/expect/grid.h"

#include <algorithm>

#include "anole/models/flops.h"

namespace anole {
namespace {

const ClassInfo& info_of(const ClassDataset& dataset, const ClassRef& ref) {
  return dataset.classes()[static_cast<std::size_t>(ref.class_index)];
}

// The place of K shots, with all classes that have more items; no classes: there are none.
GridPlace place_of(const ClassDataset& dataset, std::span<const ClassRef> classes, int shots,
                   int queries) {
  GridPlace place{.shape = {.ways = 0, .shots = shots, .queries = queries}};
  for (const auto& ref : classes) {
    const int spare = info_of(dataset, ref).items - shots;
    if (spare < 1) continue;
    place.shape.queries = std::min(place.shape.queries, spare);
    place.classes.push_back(ref);
  }
  return place;
}

void visit_place(const GridPlan& plan, const GridPlace& place,
                 const std::function<void(double)>& progress,
                 const std::function<void(const GridVisit&)>& visit) {
  const auto bundle = with_ways(plan.bundle, place.shape.ways);
  const ClassTasks source(plan.dataset, place.classes, place.shape, plan.seed);
  LearnerTeam team([&] { return plan.make(bundle.spec); }, plan.threads);
  auto eval = plan_at(plan, bundle, place.shape);
  if (progress) {
    eval.progress = [&](std::int64_t done) { progress(static_cast<double>(done) / plan.tasks); };
  }
  auto result = evaluate(team, bundle.meta, source, eval);
  GridVisit seen{.place = place, .bundle = bundle, .source = source, .plan = eval, .team = team};
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    seen.draws.push_back(source.draw(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i)));
    seen.outputs.push_back(std::move(result.outputs[i].norms[0]));
  }
  visit(seen);
}

}  // namespace

std::vector<GridPlace> reachable_places(const ClassDataset& dataset,
                                        std::span<const ClassRef> classes,
                                        const GridOptions& options) {
  std::vector<GridPlace> places;
  for (const int ways : options.ways) {
    for (const int shots : options.shots) {
      auto place = place_of(dataset, classes, shots, options.queries);
      if (place.classes.size() < static_cast<std::size_t>(ways)) continue;
      place.shape.ways = ways;
      places.push_back(std::move(place));
    }
  }
  return places;
}

std::vector<int> possible_ways(const Bundle& bundle, const std::vector<int>& ways) {
  if (labels_start_alike(bundle)) return ways;
  return {signature_of(bundle.spec).outputs};
}

ScheduleOptions schedule_at(const Bundle& bundle, const TaskShape& shape) {
  return adaptation_schedule(bundle.schedule, bundle.rows, std::int64_t{shape.ways} * shape.shots);
}

EvalPlan plan_at(const GridPlan& plan, const Bundle& bundle, const TaskShape& shape) {
  const auto schedule = schedule_at(bundle, shape);
  return {.options = {.tasks = plan.tasks,
                      .queries = shape.queries,
                      .eval_batch = schedule.batch,
                      .eval_steps = schedule.steps,
                      .eval_shift = bundle.shift},
          .inner = bundle.inner,
          .norms = {plan.norm},
          .seed = plan.seed,
          .after_only = true,
          .keep_outputs = true};
}

std::vector<JudgedTask> GridVisit::judged() const {
  std::vector<JudgedTask> tasks;
  for (std::size_t i = 0; i < draws.size(); ++i)
    tasks.push_back(anole::judged(draws[i], outputs[i]));
  return tasks;
}

void walk_grid(const GridPlan& plan, const std::function<void(const GridVisit&)>& visit) {
  auto options = plan.options;
  options.ways = possible_ways(plan.bundle, options.ways);
  const auto places = reachable_places(plan.dataset, plan.classes, options);
  const auto all = static_cast<double>(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto before = static_cast<double>(i);
    std::function<void(double)> progress;
    if (plan.progress) progress = [&](double done) { plan.progress((before + done) / all); };
    visit_place(plan, places[i], progress, visit);
  }
}

double task_gigaflops(const ModelSpec& spec, const TaskShape& shape,
                      const ScheduleOptions& schedule) {
  const int support = shape.ways * shape.shots;
  const int batch = schedule.batch == 0 ? support : std::min(schedule.batch, support);
  const double steps = static_cast<double>(inner_step_flops(spec, batch)) * schedule.steps;
  const double forward = static_cast<double>(inner_step_flops(spec, 1)) / 3;
  return 1e-9 * (steps + forward * (support + shape.ways * shape.queries));
}

}  // namespace anole
