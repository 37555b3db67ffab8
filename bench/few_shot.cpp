#include "bench/few_shot.h"

#include <chrono>
#include <vector>

#include "anole/make_learner.h"

namespace anole::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// In ms.
double time_adaptation(Learner& learner, const MetaState& state, const Task& task,
                       const TrainOptions& options) {
  const auto start = Clock::now();
  const auto batches = schedule(
      Rng(options.seed, Stream::kEvalBatches), static_cast<std::int32_t>(task.support.count),
      {.batch = options.eval.eval_batch, .steps = options.eval.eval_steps});
  auto adapted = begin_task(state, options.inner);
  learner.adapt(adapted, task.support, batches, options.inner);
  const double elapsed = seconds_since(start);
  require_finite(adapted, task, options.inner, "bench: adaptation");
  return elapsed * 1e3;
}

}  // namespace

AdaptLatency measure_adaptation(const Experiment& experiment, const MetaState& state,
                                int adaptations) {
  const auto& options = experiment.options();
  const auto source = experiment.test_tasks(options.seed);
  LearnerTeam team([&] { return make_learner(experiment.spec()); }, 1);
  AdaptLatency latency{.adaptations = adaptations};
  std::vector<double> times;
  team.pool().run(adaptations + 1, [&](int worker, std::int64_t i) {
    const auto task = source->task(Stream::kEvalTask, 0, static_cast<std::uint32_t>(i));
    times.push_back(time_adaptation(team.learner(worker), state, task, options));
  });
  latency.first_ms = times.front();
  times.erase(times.begin());
  latency.median_ms = spread_of(times).median;
  latency.p99_ms = percentile(times, 99);
  return latency;
}

EvalSpeed measure_evaluation(const Experiment& experiment, const MetaState& state, int tasks,
                             const RepeatOptions& options) {
  EvalPlan plan{.options = experiment.options().eval, .inner = experiment.eval_inner()};
  LearnerTeam team([&] { return make_learner(experiment.spec()); }, options.threads);
  EvalSpeed speed{.threads = options.threads, .tasks = tasks};
  std::vector<double> rates;
  for (int i = 0; i <= options.repeats; ++i) {  // the first one makes the plans
    plan.options.tasks = i == 0 ? options.threads : tasks;
    const auto source = experiment.test_tasks(static_cast<std::uint64_t>(i));
    const auto start = Clock::now();
    const auto result = evaluate(team, state, *source, plan);
    if (i == 0) continue;
    rates.push_back(tasks / seconds_since(start));
    const auto& scores = result.norms[0];
    speed.metric = result.metric;
    speed.before += scores.before.mean / options.repeats;
    speed.after += scores.after.mean / options.repeats;
  }
  speed.tasks_per_s = spread_of(rates);
  return speed;
}

}  // namespace anole::bench
