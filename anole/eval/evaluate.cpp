#include "anole/eval/evaluate.h"

#include <algorithm>
#include <span>
#include <utility>

#include "anole/core/error.h"
#include "anole/tasks/shift.h"

namespace anole {
namespace {

// One call of evaluate; workers fill disjoint places of `values_` and `outputs_`.
class Evaluation {
 public:
  Evaluation(const MetaState& meta, const TaskSource& source, const EvalPlan& plan)
      : meta_(meta),
        source_(source),
        plan_(plan),
        loop_(loop_of(plan)),
        metric_(metric_of(source.answer())),
        points_(plan.after_only ? std::vector{plan.options.eval_steps}
                                : curve_points(plan.options.eval_steps)),
        values_(plan.norms.size() * points_.size() * tasks()),
        outputs_(plan.keep_outputs ? tasks() : 0) {}

  EvalResult run(LearnerTeam& team) {
    // Progress is told between rounds; 16 tasks a worker leave workers idle for 1/32 of a round.
    const auto all = static_cast<std::int64_t>(tasks());
    const auto round = plan_.progress ? std::int64_t{16} * team.pool().threads() : all;
    for (std::int64_t begin = 0; begin < all; begin += round) {
      const auto count = std::min(round, all - begin);
      team.pool().run(count, [&](int worker, std::int64_t i) {
        run_task(team.learner(worker), static_cast<std::uint32_t>(begin + i));
      });
      if (plan_.progress) plan_.progress(begin + count);
    }
    return result();
  }

 private:
  std::size_t tasks() const { return static_cast<std::size_t>(plan_.options.tasks); }

  void run_task(Learner& learner, std::uint32_t index) {
    const auto task =
        source_.task(plan_.validation ? Stream::kValidationTask : Stream::kEvalTask, 0, index);
    const auto batches = draw_batches(task, index);
    const auto path = loop_.begin({.meta = meta_, .spare = {}, .moves = moves(index)});
    for (std::size_t point = 0; point < points_.size(); ++point) {
      path->take(learner, task, batches, points_[point]);
      score_point(learner, path->state().params(), task, point, index);
    }
    require_finite(
        path->state(), task, loop_.steps.inner,
        fmt::format("{} task {}", plan_.validation ? "validation" : "evaluation", index));
  }

  Rng moves(std::uint32_t index) const {
    const auto stream = plan_.validation ? Stream::kValidationShifts : Stream::kEvalShifts;
    return {plan_.seed, stream, 0, index};
  }

  Batches draw_batches(const Task& task, std::uint32_t index) const {
    const auto stream = plan_.validation ? Stream::kValidationBatches : Stream::kEvalBatches;
    return schedule(Rng(plan_.seed, stream, 0, index),
                    static_cast<std::int32_t>(task.support.count), loop_.schedule);
  }

  void score_point(Learner& learner, std::span<const float> params, const Task& task,
                   std::size_t point, std::uint32_t index) {
    const bool modes_differ = !learner.signature().statistics.empty();
    const bool keep = plan_.keep_outputs && point + 1 == points_.size();
    std::vector<float> outputs;
    double score = 0;
    for (std::size_t norm = 0; norm < plan_.norms.size(); ++norm) {
      if (norm == 0 || modes_differ) {
        outputs = learner.predict(params, task.query,
                                  {.mode = plan_.norms[norm], .support = task.support});
        score = metric_.of(outputs, task.query);
      }
      scores(norm, point)[index] = score;
      if (keep) outputs_[index].norms.push_back(outputs);
    }
  }

  std::span<double> scores(std::size_t norm, std::size_t point) {
    return std::span(values_).subspan((norm * points_.size() + point) * tasks(), tasks());
  }

  EvalResult result() {
    EvalResult result{.tasks = plan_.options.tasks, .metric = &metric_};
    for (std::size_t norm = 0; norm < plan_.norms.size(); ++norm) {
      NormScores all{.norm = plan_.norms[norm],
                     .after = estimate_of(scores(norm, points_.size() - 1))};
      for (std::size_t point = 0; !plan_.after_only && point < points_.size(); ++point) {
        all.curve.push_back({points_[point], estimate_of(scores(norm, point))});
      }
      if (!plan_.after_only) all.before = all.curve.front().score;
      result.norms.push_back(std::move(all));
    }
    result.outputs = std::move(outputs_);
    return result;
  }

  const MetaState& meta_;
  const TaskSource& source_;
  const EvalPlan& plan_;
  const InnerLoop loop_;
  const Metric& metric_;
  std::vector<int> points_;
  std::vector<double> values_;        // [norms, points, tasks]
  std::vector<TaskOutputs> outputs_;  // [tasks] or empty
};

void require_queries(const TaskSource& source, const EvalPlan& plan) {
  const auto stream = plan.validation ? Stream::kValidationTask : Stream::kEvalTask;
  if (source.task(stream, 0, 0).query.count > 0) return;
  throw Error(
      "evaluate: the tasks have no query rows to score; make their source with queries of at "
      "least 1");
}

}  // namespace

InnerLoop loop_of(const EvalPlan& plan) {
  InnerLoop loop{.schedule = {.batch = plan.options.eval_batch, .steps = plan.options.eval_steps},
                 .steps = {.inner = plan.inner, .shift = plan.options.eval_shift},
                 .path = plan.path};
  if (plan.options.eval_lr > 0) loop.steps.inner.lr = plan.options.eval_lr;
  return loop;
}

std::vector<int> curve_points(int steps) {
  std::vector<int> points;
  if (steps > 0) points.push_back(0);
  for (std::int64_t decade = 1; decade < steps; decade *= 10) {
    for (const std::int64_t point : {decade, 2 * decade, 5 * decade}) {
      if (point < steps) points.push_back(static_cast<int>(point));
    }
  }
  points.push_back(steps);
  return points;
}

EvalResult evaluate(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                    const EvalPlan& plan) {
  require_fit(team.learner(0).signature(), source, meta);
  check_shift("eval_shift", plan.options.eval_shift, source.shape());
  require_queries(source, plan);
  return Evaluation(meta, source, plan).run(team);
}

}  // namespace anole
