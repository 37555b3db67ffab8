#include "anole/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "anole/bundle/bundle.h"
#include "anole/core/clock.h"
#include "anole/core/error.h"
#include "anole/io/file_system.h"
#include "anole/meta/label_symmetry.h"
#include "anole/meta/reptile.h"
#include "anole/meta/schedule.h"
#include "anole/runs/checkpoint.h"
#include "anole/runs/run_files.h"
#include "anole/runs/run_lock.h"
#include "anole/runs/run_record.h"
#include "anole/train/alarm.h"
#include "anole/train/pace.h"
#include "anole/train/records.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

// ln N; 0 for regression, where there is no such number.
double guessing_loss(const ModelSpec& spec) {
  return spec.loss == Loss::kCrossEntropy ? std::log(layout(spec).outputs) : 0;
}

// epsilon of meta-iteration `iteration`.
double step_of(const TrainOptions& options, std::int64_t iteration) {
  return scheduled_step(options.meta_schedule, options.meta_step, options.meta_step_final,
                        iteration, options.iterations);
}

double mean_of(const std::vector<double>& losses) {
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

}  // namespace

class Trainer::Impl {
 public:
  explicit Impl(const TrainSetup& setup)
      : experiment_(setup.experiment),
        options_(setup.experiment.options()),
        team_(setup.team),
        local_(setup.round == nullptr ? std::make_unique<LocalRound>(experiment_, team_) : nullptr),
        round_(local_ ? *local_ : *setup.round),
        observers_(setup.observers),
        stop_(setup.stop),
        label_rows_(experiment_.label_rows()),
        alarm_(options_, guessing_loss(experiment_.spec())) {
    if (options_.eval_every > 0 && leads()) validation_source_ = experiment_.validation_tasks();
  }

  TrainOutcome run() {
    TrainState state;
    on_all_ranks([&] {
      state.meta = experiment_.start(learner());
      (void)begin_task(state.meta, options_.inner);  // refuses `frozen` before anything is written
      (void)learner().kernel_version(options_.inner.precision);  // and bf16 where it cannot be
    });
    as_leader([&] {
      folder_ = make_run_folder(options_);
      lock_.emplace(folder_);
      made_ = true;
      write_run_record(folder_, experiment_, learner(), team_.pool().threads());
      metrics_ = metrics_observer(folder_);
    });
    try {
      start(state);
      save(state);
      return train(std::move(state));
    } catch (const NonFiniteError&) {  // names the checkpoint that lies there
      throw;
    } catch (...) {
      std::error_code ignored;
      if (made_ && !trained_) fs::remove_all(folder_, ignored);  // nothing is worth keeping
      throw;
    }
  }

  TrainOutcome resume(const fs::path& run_folder) {
    TrainState state;
    std::string note, changed;
    on_all_ranks([&] {
      if (leads()) lock_.emplace(run_folder);
      auto loaded = load_latest(run_folder);
      const auto now = make_checkpoint(experiment_, learner(), {}, loaded.checkpoint.iteration);
      require_same_run(loaded.checkpoint, now, run_folder);
      note = loaded.note;
      changed = changed_machine(loaded.checkpoint, now);
      state = {std::move(loaded.checkpoint.meta), loaded.checkpoint.iteration};
    });
    const bool finished = state.iteration >= options_.iterations;
    as_leader([&] {
      folder_ = run_folder;
      if (!finished) cut_logs(folder_, state.iteration);
      if (!finished) metrics_ = metrics_observer(folder_);
    });
    start(state);
    if (!note.empty()) tell(&Observer::on_note, note);
    if (finished) return already_finished(std::move(state));
    if (!changed.empty()) tell(&Observer::on_note, changed);
    return train(std::move(state));
  }

 private:
  TrainOutcome train(TrainState state) {
    while (state.iteration < options_.iterations && !stop_requested()) {
      auto round = run_round(state);  // 2 tasks, 3 adapt
      const double step = step_of(options_, state.iteration);
      const double update = meta_step(state.meta, std::move(round.change), step);  // 4 meta
      average_labels(state.meta, label_rows_);
      if (options_.average > 0) {
        update_average(state.meta.extra(kAverage), state.meta.params, options_.average,
                       state.iteration);
      }
      ++state.iteration;  // from here `state` is what a resumed run starts from
      trained_ = true;
      report(state, {.meta_step = step, .loss = mean_of(round.losses), .update = update});
      if (validation_due(state)) validate(state);  // 5 eval
      if (save_due()) save(state);
    }
    if (saved_ != state.iteration) save(state);
    return finish(std::move(state));
  }

  RoundResult run_round(const TrainState& state) {
    try {
      return round_.run(state.meta, state.iteration);
    } catch (const NonFiniteError& error) {
      if (!leads()) throw;
      throw NonFiniteError("{}; {}; the last good checkpoint is {}, after {} meta-iterations",
                           error.what(), alarm_.diagnosis(step_of(options_, state.iteration)),
                           (folder_ / kLatestCheckpoint).string(), saved_);
    }
  }

  // What one rank throws ends the run on all of them, before the next thing is done.
  template <class Job>
  void on_all_ranks(Job job) {
    attempt(job);
    (void)round_.any(false, failure_);
  }

  template <class Job>
  void attempt(Job& job) {
    try {
      job();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  // On the rank that leads. What it throws ends the run on all ranks, where they next ask whether
  // to stop; nothing more is done until then.
  template <class Job>
  void as_leader(Job job) {
    if (leads() && !failure_) attempt(job);
  }

  bool stop_requested() { return round_.any(stop_ != nullptr && *stop_, failure_); }

  void validate(const TrainState& state) {
    auto options = options_.eval;
    options.tasks = options_.validation_tasks;
    const EvalPlan plan{.options = options,
                        .inner = experiment_.eval_inner(),
                        .norms = {NormMode::kTransductive},
                        .seed = options_.seed,
                        .validation = true,
                        .after_only = true};
    as_leader([&] { validate(state, plan); });
  }

  void validate(const TrainState& state, const EvalPlan& plan) {
    try {
      const auto meta = evaluation_state(state.meta);
      const auto result = evaluate(team_, meta, *validation_source_, plan);
      announce(&Observer::on_eval, Validation{.iteration = state.iteration,
                                              .score = result.norms[0].after,
                                              .tasks = result.tasks,
                                              .metric = result.metric,
                                              .norm = plan.norms[0],
                                              .on = experiment_.validation_on()});
    } catch (const NonFiniteError& error) {  // of the longer adaptation; training itself is well
      announce(&Observer::on_note, fmt::format("validation after {} meta-iterations failed: {}",
                                               state.iteration, error.what()));
    }
  }

  void save(const TrainState& state) {
    as_leader([&] {
      announce(&Observer::before_checkpoint, state.iteration);
      save_latest(folder_, checkpoint_of(state));
      saved_ = state.iteration;
      announce(&Observer::on_checkpoint, Saved{state.iteration, folder_ / kLatestCheckpoint});
    });
    saved_ = state.iteration;
    saved_time_ = now_seconds();
  }

  Checkpoint checkpoint_of(const TrainState& state) {
    return make_checkpoint(experiment_, learner(), state.meta, state.iteration);
  }

  TrainOutcome finish(TrainState state) {
    const bool finished = state.iteration >= options_.iterations;
    if (finished) {
      as_leader([&] {
        save_bundle(folder_ / kBundleFile, make_bundle(experiment_, checkpoint_of(state)));
      });
    }
    return end(std::move(state), finished);
  }

  // A run that was killed between its last checkpoint and its bundle still gets the bundle.
  TrainOutcome already_finished(TrainState state) {
    if (leads() && !path_exists(folder_ / kBundleFile)) return finish(std::move(state));
    tell(&Observer::on_note, fmt::format("{} is finished: {} of {} meta-iterations are done",
                                         folder_.string(), state.iteration, options_.iterations));
    return end(std::move(state), true);
  }

  TrainOutcome end(TrainState state, bool finished) {
    tell(&Observer::on_end, RunEnd{.iteration = state.iteration,
                                   .finished = finished,
                                   .folder = folder_,
                                   .bundle = finished ? folder_ / kBundleFile : fs::path(),
                                   .seconds = now_seconds() - start_time_});
    (void)round_.any(false, failure_);
    return {.state = std::move(state), .finished = finished, .folder = folder_};
  }

  void start(const TrainState& state) {
    start_time_ = saved_time_ = now_seconds();
    saved_ = state.iteration;
    pace_.emplace(start_time_, state.iteration);
    tell(&Observer::on_start, RunStart{.folder = folder_,
                                       .iteration = state.iteration,
                                       .iterations = options_.iterations,
                                       .parameters = state.meta.params.size(),
                                       .threads = team_.pool().threads(),
                                       .engine = std::string(learner().engine())});
    for (const auto& note : experiment_.notes()) tell(&Observer::on_note, note);
    const auto fewer = team_.pool().shortfall();
    if (!fewer.empty()) tell(&Observer::on_note, fewer);
    if (lock_ && !lock_->note().empty()) tell(&Observer::on_note, lock_->note());
  }

  // Completes `report`, which holds what the meta-iteration found.
  void report(const TrainState& state, IterationReport report) {
    const double now = now_seconds();
    pace_->mark(now, state.iteration);
    report.iteration = state.iteration;
    report.iterations = options_.iterations;
    report.seconds = now - start_time_;
    report.seconds_left = pace_->seconds_left(options_.iterations);
    report.inner_steps_per_second = pace_->rate() * options_.inner_steps * options_.meta_batch /
                                    static_cast<double>(round_.ranks());
    report.rows_per_second = report.inner_steps_per_second * experiment_.train_batch();
    tell(&Observer::on_iteration, report);
    const auto warning = alarm_.watch(report);
    if (!warning.empty()) tell(&Observer::on_note, warning);
  }

  // Metrics come first, so that the log is ahead of what is shown.
  template <class Method, class Argument>
  void announce(Method method, const Argument& argument) {
    if (metrics_) ((*metrics_).*method)(argument);
    for (auto* observer : observers_) (observer->*method)(argument);
  }

  template <class Method, class Argument>
  void tell(Method method, const Argument& argument) {
    as_leader([&] { announce(method, argument); });
  }

  bool leads() const { return round_.leads(); }
  bool save_due() const { return now_seconds() - saved_time_ >= options_.checkpoint_seconds; }
  bool validation_due(const TrainState& state) const {
    return validation_source_ &&
           (state.iteration % options_.eval_every == 0 || state.iteration == options_.iterations);
  }
  const Learner& learner() { return team_.learner(0); }

  const Experiment& experiment_;
  const TrainOptions& options_;
  LearnerTeam& team_;
  const std::unique_ptr<Round> local_;  // null: round_ is another's
  Round& round_;
  const std::vector<Observer*> observers_;
  const std::atomic<bool>* const stop_;
  const std::vector<LabelRows> label_rows_;
  std::unique_ptr<TaskSource> validation_source_;  // null: no validation
  DivergenceAlarm alarm_;
  fs::path folder_;
  std::optional<RunLock> lock_;  // of folder_, on rank 0
  bool made_ = false;            // by this process
  bool trained_ = false;         // a meta-iteration was done
  std::unique_ptr<Observer> metrics_;
  std::optional<Pace> pace_;
  std::exception_ptr failure_;  // of this rank, until all know
  std::int64_t saved_ = -1;     // iteration of the last checkpoint
  double start_time_ = 0, saved_time_ = 0;
};

Trainer::Trainer(const TrainSetup& setup) : impl_(std::make_unique<Impl>(setup)) {}
Trainer::~Trainer() = default;

TrainOutcome Trainer::run() { return impl_->run(); }
TrainOutcome Trainer::resume(const fs::path& run_folder) { return impl_->resume(run_folder); }

}  // namespace anole
