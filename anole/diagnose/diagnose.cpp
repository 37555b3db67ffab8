#include "anole/diagnose/diagnose.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "anole/diagnose/meta_gradients.h"

namespace anole {
namespace {

constexpr double kSegment[] = {0, 0.25, 0.5, 0.75, 1, 1.5};

Vector in_double(std::span<const float> values) { return {values.begin(), values.end()}; }

// start - end: an update as a meta-gradient, downhill.
Vector descent(std::span<const float> start, std::span<const float> end) {
  auto difference = in_double(start);
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= double{end[i]};
  return difference;
}

// One number of every task, `member` of `results`.
template <class Result, class Get>
Estimate mean_of(const std::vector<Result>& results, Get get) {
  std::vector<double> values;
  for (const auto& result : results) values.push_back(get(result));
  return estimate_of(values);
}

// A sampled task, ready for a learner.
struct Sample {
  Task task;
  Batches batches;  // of the Taylor analysis
  Batches long_batches;
};

// The numbers of a task at one state.
struct StateNumbers {
  double inner_product = 0, cosine = 0, distance = 0, loss = 0, adapted_loss = 0;
};

// All numbers of a task; and its long vectors, which are summed and dropped.
struct TaskNumbers {
  StateNumbers before, now;
  std::vector<double> segment;
};
struct TaskVectors {
  TaskAverages averages;
  MetaGradients gradients;
  Vector own;
};

class Diagnoser {
 public:
  Diagnoser(const MetaState& before, const MetaState& now, const TaskSource& source,
            const DiagnosePlan& plan)
      : before_(before), now_(now), source_(source), plan_(plan), start_(in_double(now.params)) {
    schedule_ = plan.schedule;
    schedule_.steps = std::max(2, schedule_.steps);
    from_scratch_ = plan.inner;
    from_scratch_.optimizer_state = OptimizerState::kReset;
  }

  Diagnosis run(LearnerTeam& team) {
    find_lr(team);
    const auto workers = std::int64_t{team.pool().threads()};
    const auto tasks = std::int64_t{plan_.options.tasks};
    sums_.averages.grad = sums_.averages.grad_inner = sums_.own = Vector(start_.size());
    sums_.gradients = {sums_.own, sums_.own, sums_.own};
    for (std::int64_t begin = 0; begin < tasks; begin += workers) {
      run_round(team, begin, std::min(workers, tasks - begin));
    }
    return result();
  }

 private:
  Sample sample(std::int64_t index) const {
    const auto task = static_cast<std::uint32_t>(index);
    Sample sample;
    sample.task = source_.task(Stream::kValidationTask, 0, task);
    const auto rows = static_cast<std::int32_t>(sample.task.support.count);
    const Rng rng(plan_.seed, Stream::kValidationBatches, 0, task);
    sample.batches = schedule(rng, rows, schedule_);
    sample.long_batches =
        schedule(rng, rows, {.batch = schedule_.batch, .steps = plan_.options.steps});
    return sample;
  }

  // lr as asked for; else the run's own if it is SGD without clipping; else the length of the run's
  // first inner step over that of the gradient, on average over the tasks.
  void find_lr(LearnerTeam& team) {
    lr_ = plan_.options.sgd_lr > 0 ? plan_.options.sgd_lr : plan_.inner.lr;
    const bool plain = plan_.inner.optimizer == Optimizer::kSgd && plan_.inner.clip_norm == 0;
    if (plan_.options.sgd_lr > 0 || plain) return;
    std::vector<double> ratios(static_cast<std::size_t>(plan_.options.tasks));
    team.pool().run(plan_.options.tasks, [&](int worker, std::int64_t index) {
      ratios[static_cast<std::size_t>(index)] = step_ratio(team.learner(worker), sample(index));
    });
    lr_ = estimate_of(ratios).mean;
  }

  // The params after all of `batches`.
  static std::vector<float> walk(Learner& learner, const MetaState& meta,
                                 const WeightedSteps& steps, const Task& task,
                                 const Batches& batches) {
    const auto path =
        make_weighted_path(steps, {.meta = meta, .spare = {}, .moves = Rng(0, Stream::kInit)});
    path->take(learner, task, batches, batches.steps());
    require_finite(path->state(), task, steps.inner, "diagnosis");
    return std::move(*path).result().params;
  }

  double step_ratio(Learner& learner, const Sample& sample) const {
    const auto first =
        walk(learner, now_, {.inner = plan_.inner}, sample.task, slice(sample.batches, 0, 1));
    LearnerLosses losses(learner, sample.task.support, sample.batches);
    const double gradient = norm(losses.gradient(0, start_));
    return gradient > 0 ? norm(descent(now_.params, first)) / gradient : 0;
  }

  void run_round(LearnerTeam& team, std::int64_t begin, std::int64_t count) {
    std::vector<TaskVectors> vectors(static_cast<std::size_t>(count));
    numbers_.resize(static_cast<std::size_t>(begin + count));
    team.pool().run(count, [&](int worker, std::int64_t i) {
      run_task(team.learner(worker), begin + i, vectors[static_cast<std::size_t>(i)]);
    });
    for (const auto& one : vectors) add_up(one);  // in task order, on any number of workers
    if (plan_.progress) plan_.progress(begin + count);
  }

  void run_task(Learner& learner, std::int64_t index, TaskVectors& vectors) {
    const auto sampled = sample(index);
    const auto& support = sampled.task.support;
    LearnerLosses losses(learner, support, sampled.batches);
    vectors.averages = task_averages(losses, start_);
    vectors.gradients = mean_meta_gradients(losses, start_, lr_);
    vectors.own = descent(
        now_.params, walk(learner, now_, {.inner = plan_.inner}, sampled.task, sampled.batches));

    auto& numbers = numbers_[static_cast<std::size_t>(index)];
    const auto adapted = look_at(learner, sampled, now_, plan_.inner, numbers.now);
    numbers.now.inner_product = vectors.averages.inner_product;
    numbers.now.cosine = vectors.averages.cosine;
    look_at(learner, sampled, before_, from_scratch_, numbers.before);
    const auto agreement = gradient_agreement(losses, in_double(before_.params));
    numbers.before.inner_product = agreement.inner_product;
    numbers.before.cosine = agreement.cosine;
    for (const double at : kSegment) {
      numbers.segment.push_back(loss_between(learner, support, adapted, at));
    }
  }

  // The long adaptation from `meta`; returns the adapted params.
  std::vector<float> look_at(Learner& learner, const Sample& sample, const MetaState& meta,
                             const InnerOptions& inner, StateNumbers& numbers) const {
    auto adapted = walk(learner, meta, {.inner = inner}, sample.task, sample.long_batches);
    numbers.distance = norm(descent(meta.params, adapted));
    numbers.loss = learner.gradient(meta.params, sample.task.support).loss;
    numbers.adapted_loss = learner.gradient(adapted, sample.task.support).loss;
    return adapted;
  }

  double loss_between(Learner& learner, const Examples& support, std::span<const float> adapted,
                      double at) const {
    std::vector<float> params(adapted.size());
    for (std::size_t i = 0; i < params.size(); ++i) {
      params[i] = static_cast<float>(start_[i] + at * (double{adapted[i]} - start_[i]));
    }
    return learner.gradient(params, support).loss;
  }

  void add_up(const TaskVectors& one) {
    const double share = 1.0 / plan_.options.tasks;
    add(sums_.averages.grad, share, one.averages.grad);
    add(sums_.averages.grad_inner, share, one.averages.grad_inner);
    add(sums_.gradients.reptile, share, one.gradients.reptile);
    add(sums_.gradients.fomaml, share, one.gradients.fomaml);
    add(sums_.gradients.maml, share, one.gradients.maml);
    add(sums_.own, share, one.own);
  }

  UpdateAnalysis analyse(std::string_view name, const Vector& update, LeadingOrder order) const {
    const auto &grad = sums_.averages.grad, &inner = sums_.averages.grad_inner;
    Vector rest = update;
    add(rest, -order.grad, grad);
    add(rest, order.inner * lr_, inner);
    const double length = norm(update);
    return {.name = name,
            .norm = length,
            .cosine_grad = cosine(update, grad),
            .cosine_inner = cosine(update, inner),
            .remainder = length > 0 ? norm(rest) / length : 0};
  }

  StateAnalysis state_analysis(StateNumbers TaskNumbers::*state) const {
    const auto over_tasks = [&](double StateNumbers::*member) {
      return mean_of(numbers_, [&](const TaskNumbers& one) { return one.*state.*member; });
    };
    return {.inner_product = over_tasks(&StateNumbers::inner_product),
            .cosine = over_tasks(&StateNumbers::cosine),
            .distance = over_tasks(&StateNumbers::distance),
            .loss = over_tasks(&StateNumbers::loss),
            .adapted_loss = over_tasks(&StateNumbers::adapted_loss)};
  }

  Diagnosis result() const {
    const auto &grad = sums_.averages.grad, &inner = sums_.averages.grad_inner;
    const int k = schedule_.steps;
    auto own = analyse("this run's", sums_.own, {});
    own.remainder = 0;
    Diagnosis result{.tasks = plan_.options.tasks,
                     .batches = k,
                     .lr = lr_,
                     .grad = norm(grad),
                     .grad_inner = norm(inner),
                     .grad_cosine = cosine(grad, inner),
                     .updates = {analyse("Reptile", sums_.gradients.reptile, reptile_order(k)),
                                 analyse("FOMAML", sums_.gradients.fomaml, fomaml_order(k)),
                                 analyse("MAML", sums_.gradients.maml, maml_order(k)), own},
                     .before = state_analysis(&TaskNumbers::before),
                     .now = state_analysis(&TaskNumbers::now)};
    for (std::size_t i = 0; i < std::size(kSegment); ++i) {
      result.segment.push_back(
          {kSegment[i], mean_of(numbers_, [&](const TaskNumbers& one) { return one.segment[i]; })});
    }
    return result;
  }

  const MetaState &before_, &now_;
  const TaskSource& source_;
  const DiagnosePlan& plan_;
  const Vector start_;  // now_.params
  ScheduleOptions schedule_;
  InnerOptions from_scratch_;  // for `before`, which has no moments
  double lr_ = 0;
  TaskVectors sums_;
  std::vector<TaskNumbers> numbers_;
};

}  // namespace

Diagnosis diagnose(LearnerTeam& team, const MetaState& before, const MetaState& now,
                   const TaskSource& source, const DiagnosePlan& plan) {
  require_fit(team.learner(0).signature(), source, now);
  require_fit(team.learner(0).signature(), source, before);
  return Diagnoser(before, now, source, plan).run(team);
}

Growth growth_of(std::span<const double> norms) {
  ANOLE_CHECK(!norms.empty());
  const auto tenth = std::max<std::size_t>(1, norms.size() / 10);
  const auto mean = [&](std::span<const double> part) {
    return std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(part.size());
  };
  return {.first = mean(norms.first(tenth)),
          .last = mean(norms.last(tenth)),
          .longest = *std::ranges::max_element(norms)};
}

}  // namespace anole
