#include "anole/calibrate/calibrate.h"

#include <algorithm>
#include <memory>

#include "anole/calibrate/fit.h"
#include "anole/calibrate/stranger_tasks.h"
#include "anole/core/error.h"
#include "anole/core/statistics.h"
#include "anole/core/vector_math.h"

namespace anole {
namespace {

constexpr int kFewestTasks = 20;

// About as many rows for every number of classes.
int tasks_of(int ways, int tasks) {
  return std::min(tasks, std::max(kFewestTasks, tasks * 5 / std::max(5, ways)));
}

// The largest probability of each row.
std::vector<double> confidences(const Answered& side, double temperature) {
  const auto ways = static_cast<std::size_t>(side.ways);
  std::vector<double> largest;
  for (std::size_t first = 0; first < side.logits.size(); first += ways) {
    largest.push_back(
        std::ranges::max(softmax(std::span(side.logits).subspan(first, ways), temperature)));
  }
  return largest;
}

// The answers of a place's tasks: to rows of their own classes, and to rows of others.
struct Answers {
  Answered known = {}, strange = {};
  std::vector<double> accuracies = {};  // of each task

  Known confidences_at(double temperature) const {
    return {confidences(known, temperature), confidences(strange, temperature)};
  }
};

void sort_answers(const Task& task, std::span<const float> logits, int queries, Answers& answers) {
  const auto ways = static_cast<std::size_t>(task.way);
  const auto known = ways * static_cast<std::size_t>(queries);
  std::int64_t right = 0;
  for (std::size_t row = 0; row < static_cast<std::size_t>(task.query.count); ++row) {
    const auto of_row = logits.subspan(row * ways, ways);
    auto& side = row < known ? answers.known : answers.strange;
    side.logits.insert(side.logits.end(), of_row.begin(), of_row.end());
    if (row >= known) continue;
    side.labels.push_back(task.query.labels[row]);
    right += std::ranges::max_element(of_row) - of_row.begin() == task.query.labels[row];
  }
  answers.accuracies.push_back(static_cast<double>(right) / static_cast<double>(known));
}

Answers answers_at(const GridPlan& plan, const GridPlace& place) {
  const auto& shape = place.shape;
  auto with_strangers = shape;
  with_strangers.ways += std::min(shape.ways, static_cast<int>(place.classes.size()) - shape.ways);
  const StrangerTasks source(
      std::make_unique<ClassTasks>(plan.dataset, place.classes, with_strangers, plan.seed),
      shape.ways);
  const auto bundle = with_ways(plan.bundle, shape.ways);
  LearnerTeam team([&] { return plan.make(bundle.spec); }, plan.threads);
  auto eval = plan_at(plan, bundle, shape);
  eval.options.tasks = tasks_of(shape.ways, plan.tasks);
  const auto result = evaluate(team, bundle.meta, source, eval);

  Answers answers;
  answers.known.ways = answers.strange.ways = shape.ways;
  for (std::uint32_t i = 0; i < result.outputs.size(); ++i) {
    sort_answers(source.task(Stream::kEvalTask, 0, i), result.outputs[i].norms[0], shape.queries,
                 answers);
  }
  return answers;
}

CalibrationPoint fitted(const Answers& answers, const TaskShape& shape) {
  const double temperature = fit_temperature(answers.known);
  const auto rows = answers.confidences_at(temperature);
  const auto score = estimate_of(answers.accuracies);
  return {.ways = shape.ways,
          .shots = shape.shots,
          .temperature = temperature,
          .threshold = fit_threshold(rows),
          .accuracy = score.mean,
          .ci95 = score.ci95,
          .error = calibration_error(answers.known, temperature),
          .separation = separation(rows)};
}

CalibrationCheck checked(const Answers& answers, const CalibrationPoint& point) {
  const auto rows = answers.confidences_at(point.temperature);
  const auto share = [&](const std::vector<double>& side) {
    const auto above = std::ranges::count_if(side, [&](double p) { return p >= point.threshold; });
    return side.empty() ? 0.0 : static_cast<double>(above) / static_cast<double>(side.size());
  };
  return {.point = point,
          .error = calibration_error(answers.known, point.temperature),
          .error_without = calibration_error(answers.known, 1),
          .separation = separation(rows),
          .known = share(rows.known),
          .strange = share(rows.strange),
          .rows = std::ssize(rows.known)};
}

}  // namespace

std::vector<CalibrationPoint> calibrate_start(const GridPlan& plan) {
  auto options = plan.options;
  options.ways = possible_ways(plan.bundle, options.ways);
  const auto places = reachable_places(plan.dataset, plan.classes, options);
  std::vector<CalibrationPoint> points;
  for (const auto& place : places) {
    points.push_back(fitted(answers_at(plan, place), place.shape));
    if (plan.progress) {
      plan.progress(static_cast<double>(points.size()) / static_cast<double>(places.size()));
    }
  }
  return points;
}

CalibrationCheck check_calibration(const GridPlan& plan) {
  const auto places = reachable_places(plan.dataset, plan.classes, plan.options);
  const int ways = plan.options.ways.at(0), shots = plan.options.shots.at(0);
  if (places.size() != 1) {
    throw Error(
        "calibration: the {} classes cannot fill tasks of {} ways and {} shots with a query",
        plan.classes.size(), ways, shots);
  }
  const auto* point = nearest_point(plan.bundle.calibration, ways, shots);
  return checked(answers_at(plan, places[0]), point == nullptr ? CalibrationPoint{} : *point);
}

}  // namespace anole
