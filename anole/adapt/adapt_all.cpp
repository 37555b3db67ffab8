#include "anole/adapt/adapt_all.h"

#include <fmt/ranges.h>

#include <atomic>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "anole/adapt/segments.h"
#include "anole/core/text.h"
#include "anole/core/vector_math.h"

namespace anole {
namespace {

// A task on its way through a meta-batch; at most one worker holds it at a time.
struct Work {
  Task task;
  Batches batches;
  std::unique_ptr<TaskPath> path;
  std::exception_ptr failure;
  std::atomic<bool> handed_over = false;  // the first part of a cut task is done, or has failed
};

// One call of adapt_all: idle workers take the next segment until none is left.
class MetaIteration {
 public:
  MetaIteration(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                const MetaBatch& which, const InnerLoop& loop)
      : team_(team), meta_(meta), source_(source), which_(which), loop_(loop), work_(which.count) {}

  std::vector<TaskResult> run() {
    const int threads = team_.pool().threads();
    segments_ = wrap_around(static_cast<int>(which_.count), loop_.schedule.steps,
                            loop_.can_be_cut ? threads : 1);
    team_.pool().run(threads,
                     [&](int worker, std::int64_t) { take_segments(team_.learner(worker)); });
    std::vector<TaskResult> results(work_.size());
    for (std::size_t i = 0; i < work_.size(); ++i) {
      if (work_[i].failure) std::rethrow_exception(work_[i].failure);
      results[i].loss = work_[i].path->state().loss;
      results[i].adapted = std::move(*work_[i].path).result();
    }
    return results;
  }

 private:
  void take_segments(Learner& learner) {
    for (auto i = next_++; i < segments_.size(); i = next_++) {
      const auto& segment = segments_[i];
      auto& work = work_[static_cast<std::size_t>(segment.task)];
      try {
        run_segment(learner, segment, work);
      } catch (...) {
        work.failure = std::current_exception();
      }
      work.handed_over = true;
      work.handed_over.notify_one();
    }
  }

  void run_segment(Learner& learner, const Segment& segment, Work& work) {
    const auto index = which_.first + static_cast<std::uint32_t>(segment.task);
    if (segment.from == 0) {
      draw(index, work);
    } else {
      work.handed_over.wait(false);
      if (work.failure) return;
    }
    work.path->take(learner, work.task, work.batches, segment.to);
    if (segment.to < loop_.schedule.steps) return;
    require_finite(work.path->state(), work.task, loop_.steps.inner,
                   fmt::format("meta-iteration {}, task {}", which_.iteration, index));
  }

  void draw(std::uint32_t index, Work& work) {
    work.task = source_.task(Stream::kTrainTask, which_.iteration, index);
    work.batches =
        anole::schedule(Rng(which_.seed, Stream::kTrainBatches, which_.iteration, index),
                        static_cast<std::int32_t>(work.task.support.count), loop_.schedule);
    work.path =
        loop_.begin({.meta = meta_,
                     .spare = team_.spare(),
                     .moves = Rng(which_.seed, Stream::kTrainShifts, which_.iteration, index)});
  }

  LearnerTeam& team_;
  const MetaState& meta_;
  const TaskSource& source_;
  const MetaBatch& which_;
  const InnerLoop& loop_;
  std::vector<Work> work_;  // one per task
  std::vector<Segment> segments_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

LearnerTeam::LearnerTeam(const LearnerFactory& make, int threads) : pool_(threads) {
  learners_.resize(static_cast<std::size_t>(pool_.threads()));  // of those that were started
  pool_.run(1, [&](int, std::int64_t) {
    for (auto& learner : learners_) learner = make();
  });
}

void LearnerTeam::recycle(std::vector<TaskResult> results) {
  const std::lock_guard lock(mutex_);
  for (auto& result : results) spares_.push_back(std::move(result.adapted));
}

MetaState LearnerTeam::spare() {
  const std::lock_guard lock(mutex_);
  if (spares_.empty()) return {};
  auto state = std::move(spares_.back());
  spares_.pop_back();
  return state;
}

void require_fit(const Signature& network, const TaskSource& source, const MetaState& meta) {
  if (source.shape() != network.input) {
    throw Error("model '{}' takes rows of {}, but the tasks have rows of {}", network.name,
                describe(network.input), describe(source.shape()));
  }
  if (source.outputs() != network.outputs) {
    throw Error(
        "model '{}' has {} outputs, but the tasks need {}; ways must be what the model was made "
        "with",
        network.name, network.outputs, source.outputs());
  }
  if (meta.params.size() != network.parameters) {
    throw Error("the state has {} parameters, expected the {} of model '{}'", meta.params.size(),
                network.parameters, network.name);
  }
}

void require_finite(const TaskState& state, const Task& task, const InnerOptions& options,
                    std::string_view where) {
  const bool loss = std::isfinite(state.loss);
  if (loss && all_finite(state.params()) && all_finite(state.meta.second_moment)) return;
  const auto found = loss ? std::string("the adapted parameters are not finite")
                          : fmt::format("the loss is {}", state.loss);
  throw NonFiniteError(
      "{} (classes: {}): {} after {} inner steps, expected finite numbers; try an lr below {}, and "
      "look for infinite or missing values in the data",
      where, fmt::join(task.class_names, ", "), found, state.task_steps, options.lr);
}

std::vector<TaskResult> adapt_all(LearnerTeam& team, const MetaState& meta,
                                  const TaskSource& source, const MetaBatch& which,
                                  const InnerLoop& loop) {
  require_fit(team.learner(0).signature(), source, meta);
  const auto& weights = loop.steps.weights;
  ANOLE_CHECK(weights.empty() || weights.size() == static_cast<std::size_t>(loop.schedule.steps));
  return MetaIteration(team, meta, source, which, loop).run();
}

}  // namespace anole
