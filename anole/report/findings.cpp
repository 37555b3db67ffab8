#include "anole/report/findings.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "anole/models/flops.h"

namespace anole {
namespace {

constexpr int kShownImages = 40;  // query rows in each half of the gallery, at most
constexpr int kShownTasks = 4;    // tasks in each half of the gallery, at most
constexpr int kFits = 6;

class Measurement {
 public:
  Measurement(LearnerTeam& team, const Experiment& experiment, const MetaState& meta,
              const MeasurePlan& plan)
      : team_(team),
        options_(experiment.options()),
        inner_(experiment.eval_inner()),
        meta_(meta),
        plan_(plan),
        source_(experiment.test_tasks(options_.seed)) {}

  Findings run() {
    const auto& network = team_.learner(0).signature();
    Findings findings{.seed = options_.seed,
                      .eval_steps = options_.eval.eval_steps,
                      .answer = source_->answer(),
                      .batch_norm = !network.statistics.empty(),
                      .row = source_->shape()};
    findings.learned = evaluate_learned(plan_.tasks, options_.eval.eval_steps);
    findings.random = evaluate_random();
    if (findings.answer == AnswerKind::kClass) {
      add_answers(findings);
    } else {
      add_fits(findings);
    }
    findings.learned.outputs.clear();
    findings.random.outputs.clear();
    return findings;
  }

 private:
  EvalResult evaluate_learned(int tasks, int steps) {
    EvalPlan plan{.options = options_.eval, .inner = inner_, .seed = options_.seed};
    plan.options.tasks = tasks;
    plan.options.eval_steps = steps;
    plan.keep_outputs = true;
    plan.progress = part_of_progress(0, plan_.tasks);
    return evaluate(team_, meta_, *source_, plan);
  }

  EvalResult evaluate_random() {
    const auto random = initial_state(options_, team_.learner(0), meta_.moment_rows);
    EvalPlan plan{.options = options_.eval, .inner = inner_, .seed = options_.seed};
    plan.options.tasks = plan_.random_tasks;
    plan.inner.optimizer_state = OptimizerState::kReset;
    plan.norms = {NormMode::kTransductive};
    plan.keep_outputs = true;
    plan.progress = part_of_progress(plan_.tasks, plan_.random_tasks);
    return evaluate(team_, random, *source_, plan);
  }

  std::function<void(std::int64_t)> part_of_progress(int before, int tasks) const {
    if (!plan_.progress) return {};
    const double all = plan_.tasks + plan_.random_tasks;
    return [this, before, tasks, all](std::int64_t done) {
      plan_.progress((before + static_cast<double>(std::min<std::int64_t>(done, tasks))) / all);
    };
  }

  Task task(std::size_t index) const {
    return source_->task(Stream::kEvalTask, 0, static_cast<std::uint32_t>(index));
  }

  void add_answers(Findings& findings) const {
    const auto& outputs = findings.learned.outputs;
    findings.answers.resize(findings.learned.norms.size());
    std::unordered_map<std::string, std::vector<float>> examples;
    for (std::size_t index = 0; index < outputs.size(); ++index) {
      const auto task = this->task(index);
      for (std::size_t norm = 0; norm < findings.answers.size(); ++norm) {
        findings.answers[norm].push_back(
            answer(task, static_cast<std::uint32_t>(index), outputs[index].norms[norm]));
      }
      add_examples(task, examples);
    }
    findings.classes = class_scores(findings.answers[0]);
    for (const auto& one : findings.classes) {
      findings.class_examples.push_back(std::move(examples[one.name]));
    }
    add_shown_tasks(findings);
  }

  // The first support row of each class that has none yet.
  void add_examples(const Task& task,
                    std::unordered_map<std::string, std::vector<float>>& examples) const {
    const auto size = source_->shape().size();
    for (std::size_t row = 0; row < task.support.labels.size(); ++row) {
      const auto label = static_cast<std::size_t>(task.support.labels[row]);
      const auto values = task.support.rows.subspan(row * size, size);
      examples.try_emplace(task.class_names[label], values.begin(), values.end());
    }
  }

  void add_shown_tasks(Findings& findings) const {
    const auto& answers = findings.answers[0];
    const auto rows = std::max<std::size_t>(answers[0].answers.size(), 1);
    const auto shown =
        std::min(answers.size(), std::clamp<std::size_t>(kShownImages / rows, 1, kShownTasks));
    std::vector<std::size_t> order(answers.size() - shown);
    std::iota(order.begin(), order.end(), shown);
    std::ranges::stable_sort(
        order, [&](auto a, auto b) { return answers[a].mistakes() > answers[b].mistakes(); });
    order.resize(std::min(order.size(), shown));
    for (std::size_t i = 0; i < shown; ++i) {
      findings.first_tasks.push_back({task(i), answers[i]});
    }
    for (const auto i : order) {
      if (answers[i].mistakes() > 0) findings.worst_tasks.push_back({task(i), answers[i]});
    }
  }

  void add_fits(Findings& findings) {
    if (source_->shape().size() != 1 || source_->outputs() != 1) return;
    const int count = std::min({kFits, plan_.tasks, plan_.random_tasks});
    const auto before = evaluate_learned(count, 0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      const auto task = this->task(i);
      findings.fits.push_back(
          {.name = task.class_names.empty() ? std::string() : task.class_names[0],
           .support_x = {task.support.rows.begin(), task.support.rows.end()},
           .support_y = {task.support.targets.begin(), task.support.targets.end()},
           .x = {task.query.rows.begin(), task.query.rows.end()},
           .target = {task.query.targets.begin(), task.query.targets.end()},
           .before = before.outputs[i].norms[0],
           .after = findings.learned.outputs[i].norms[0],
           .random = findings.random.outputs[i].norms[0]});
    }
  }

  LearnerTeam& team_;
  const TrainOptions& options_;
  const InnerOptions inner_;
  const MetaState& meta_;
  const MeasurePlan& plan_;
  const std::unique_ptr<TaskSource> source_;
};

// Of adapting one test task and predicting at each point of its curve, in rows that pass forward;
// backward counts as two. `support+1` is what counts: every query row with all support rows.
double rows_of_a_task(const Experiment& experiment) {
  const auto& options = experiment.options();
  const auto rows = [&](int count) {
    return static_cast<double>(experiment.distribution().rows(options.ways, count));
  };
  const double support = rows(options.shots);
  const double batch =
      options.eval.eval_batch == 0 ? support : std::min<double>(support, options.eval.eval_batch);
  const double query = rows(options.eval.queries);
  const auto points = static_cast<double>(curve_points(options.eval.eval_steps).size());
  return 3 * options.eval.eval_steps * batch + points * query * (support + 1);
}

}  // namespace

Findings measure(LearnerTeam& team, const Experiment& experiment, const MetaState& meta,
                 const MeasurePlan& plan) {
  return Measurement(team, experiment, meta, plan).run();
}

double training_gigaflops(const Experiment& experiment) {
  const auto& options = experiment.options();
  const auto step =
      static_cast<double>(inner_step_flops(experiment.spec(), experiment.train_batch()));
  return 1e-9 * step * options.inner_steps * options.meta_batch *
         static_cast<double>(options.iterations);
}

MeasurePlan affordable_plan(const Experiment& experiment, double gigaflops, int most) {
  const double row = static_cast<double>(inner_step_flops(experiment.spec(), 1)) / 3;
  const double rows = rows_of_a_task(experiment);
  const double task = 1e-9 * 1.25 * row * rows;  // a quarter more for the random initialisation
  const int affordable =
      static_cast<int>(std::clamp<double>(gigaflops / std::max(task, 1e-9), 4, std::max(4, most)));
  return {.tasks = affordable, .random_tasks = std::max(4, affordable / 4)};
}

}  // namespace anole
