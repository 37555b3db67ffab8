#include "anole/calibrate/calibrate.h"

#include <algorithm>

#include "anole/adapt/adapt_all.h"
#include "anole/calibrate/fit.h"
#include "anole/calibrate/stranger_tasks.h"
#include "anole/core/error.h"
#include "anole/core/parallel.h"
#include "anole/core/statistics.h"
#include "anole/core/vector_math.h"
#include "anole/eval/evaluate.h"

namespace anole {
namespace {

constexpr int kMostQueries = 5;  // of a class
constexpr int kFewestTasks = 20;

// About as many rows for every number of classes.
int tasks_of(TaskSize size, int tasks) {
  return std::min(tasks, std::max(kFewestTasks, tasks * 5 / std::max(5, size.ways)));
}

using Make = std::function<std::unique_ptr<Learner>(const ModelSpec&)>;

std::int32_t fewest_items(const LoadedData& data, Part part) {
  std::int32_t fewest = 0;
  for (const auto& ref : classes_of(data.split, part)) {
    const auto items = data.dataset.classes()[static_cast<std::size_t>(ref.class_index)].items;
    fewest = fewest == 0 ? items : std::min(fewest, items);
  }
  return fewest;
}

int count_of(const LoadedData& data, Part part) {
  return static_cast<int>(classes_of(data.split, part).size());
}

// Tasks of one size, their answers sorted into those of known classes and of others.
class Measurement {
 public:
  Measurement(const LoadedData& data, Part part, TaskSize size, const CalibrateOptions& options)
      : size_(size), tasks_(tasks_of(size, options.tasks)) {
    const int strangers = std::min(size.ways, count_of(data, part) - size.ways);
    queries_ = std::min<int>(kMostQueries, fewest_items(data, part) - size.shots);
    const TaskShape shape{.ways = size.ways + strangers, .shots = size.shots, .queries = queries_};
    source_ = std::make_unique<StrangerTasks>(
        class_tasks(data, part, {.shape = shape}, options.seed), size.ways);
  }

  void measure(const Bundle& start, const Make& make, const CalibrateOptions& options) {
    const auto bundle = with_ways(start, size_.ways);
    LearnerTeam team([&] { return make(bundle.spec); }, resolved_threads(options.threads));
    auto grown =
        adaptation_schedule(bundle.schedule, bundle.rows, std::int64_t{size_.ways} * size_.shots);
    const auto result = evaluate(team, bundle.meta, *source_,
                                 {.options = {.tasks = tasks_,
                                              .eval_batch = grown.batch,
                                              .eval_steps = grown.steps,
                                              .eval_shift = bundle.shift},
                                  .inner = bundle.inner,
                                  .norms = {NormMode::kSupport},
                                  .seed = options.seed,
                                  .validation = true,
                                  .after_only = true,
                                  .keep_outputs = true});
    for (std::uint32_t i = 0; i < result.outputs.size(); ++i) {
      sort(source_->task(Stream::kValidationTask, 0, i), result.outputs[i].norms[0]);
    }
    known_.ways = strange_.ways = size_.ways;
  }

  CalibrationPoint fitted() const {
    const double temperature = fit_temperature(known_);
    const auto rows = confidences(temperature);
    const auto score = estimate_of(accuracies_);
    return {.ways = size_.ways,
            .shots = size_.shots,
            .temperature = temperature,
            .threshold = fit_threshold(rows),
            .accuracy = score.mean,
            .ci95 = score.ci95,
            .error = calibration_error(known_, temperature),
            .separation = separation(rows)};
  }

  CalibrationCheck checked(const CalibrationPoint& point) const {
    const auto rows = confidences(point.temperature);
    const auto share = [&](const std::vector<double>& side) {
      const auto above =
          std::ranges::count_if(side, [&](double p) { return p >= point.threshold; });
      return side.empty() ? 0.0 : static_cast<double>(above) / static_cast<double>(side.size());
    };
    return {.point = point,
            .error = calibration_error(known_, point.temperature),
            .error_without = calibration_error(known_, 1),
            .separation = separation(rows),
            .known = share(rows.known),
            .strange = share(rows.strange),
            .rows = std::ssize(rows.known)};
  }

 private:
  void sort(const Task& task, const std::vector<float>& logits) {
    const auto ways = static_cast<std::size_t>(size_.ways);
    const auto known = ways * static_cast<std::size_t>(queries_);
    std::int64_t right = 0;
    for (std::size_t row = 0; row < static_cast<std::size_t>(task.query.count); ++row) {
      const auto of_row = std::span(logits).subspan(row * ways, ways);
      auto& side = row < known ? known_ : strange_;
      side.logits.insert(side.logits.end(), of_row.begin(), of_row.end());
      if (row >= known) continue;
      side.labels.push_back(task.query.labels[row]);
      right += std::ranges::max_element(of_row) - of_row.begin() == task.query.labels[row];
    }
    accuracies_.push_back(static_cast<double>(right) / static_cast<double>(known));
  }

  std::vector<double> largest(const Answered& side, double temperature) const {
    const auto ways = static_cast<std::size_t>(size_.ways);
    std::vector<double> probabilities;
    for (std::size_t first = 0; first < side.logits.size(); first += ways) {
      probabilities.push_back(
          std::ranges::max(softmax(std::span(side.logits).subspan(first, ways), temperature)));
    }
    return probabilities;
  }

  Known confidences(double temperature) const {
    return {largest(known_, temperature), largest(strange_, temperature)};
  }

  TaskSize size_;
  int tasks_, queries_;
  std::unique_ptr<TaskSource> source_;
  Answered known_, strange_;
  std::vector<double> accuracies_;
};

}  // namespace

std::vector<TaskSize> sizes_within(const LoadedData& data, Part part,
                                   const std::vector<TaskSize>& wanted) {
  std::vector<TaskSize> sizes;
  for (const auto& size : wanted) {
    const bool fits = size.ways <= count_of(data, part) && size.shots < fewest_items(data, part);
    if (fits && std::ranges::find(sizes, size) == sizes.end()) sizes.push_back(size);
  }
  return sizes;
}

std::vector<CalibrationPoint> calibrate_start(const Bundle& start, const LoadedData& data,
                                              Part part, const std::vector<TaskSize>& sizes,
                                              const Make& make, const CalibrateOptions& options) {
  std::vector<CalibrationPoint> points;
  for (const auto& size : sizes) {
    Measurement measurement(data, part, size, options);
    measurement.measure(start, make, options);
    points.push_back(measurement.fitted());
    if (options.progress) {
      options.progress(static_cast<double>(points.size()) / static_cast<double>(sizes.size()));
    }
  }
  return points;
}

CalibrationCheck check_calibration(const Bundle& start, const LoadedData& data, Part part,
                                   TaskSize size, const Make& make,
                                   const CalibrateOptions& options) {
  if (sizes_within(data, part, {size}).empty()) {
    throw Error(
        "calibration: the {} classes cannot fill tasks of {} ways and {} shots with a query",
        enum_name(part), size.ways, size.shots);
  }
  Measurement measurement(data, part, size, options);
  measurement.measure(start, make, options);
  const auto* point = nearest_point(start.calibration, size.ways, size.shots);
  return measurement.checked(point == nullptr ? CalibrationPoint{} : *point);
}

}  // namespace anole
