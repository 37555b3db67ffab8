#include "anole/adapt/adapt_all.h"

#include <fmt/ranges.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include "anole/adapt/segments.h"
#include "anole/adapt/step_path.h"
#include "anole/core/isa.h"
#include "anole/core/text.h"

namespace anole {
namespace {

// Whether no value has all exponent bits set; integers, so that the loop becomes vector code.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  std::uint32_t bad = 0;
  run_for_isa([&]() ANOLE_INLINE {
    for (const float value : values) {
      bad |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(value) & kExponent) ==
                                        kExponent);
    }
  });
  return bad == 0;
}

// A task on its way through a meta-batch; at most one worker holds it at a time.
struct Work {
  Task task;
  Batches batches;
  StepPath path;
  std::exception_ptr failure;
  std::atomic<bool> handed_over = false;  // the first part of a cut task is done, or has failed
};

// One call of adapt_all: idle workers take the next segment until none is left.
class MetaIteration {
 public:
  MetaIteration(LearnerTeam& team, const MetaState& meta, const TaskSource& source,
                const MetaBatch& which, const ScheduleOptions& schedule, const InnerOptions& inner)
      : team_(team),
        meta_(meta),
        source_(source),
        which_(which),
        schedule_(schedule),
        inner_(inner),
        work_(which.count) {}

  std::vector<TaskResult> run() {
    const int threads = team_.pool().threads();
    segments_ = wrap_around(static_cast<int>(which_.count), schedule_.steps, threads);
    team_.pool().run(threads,
                     [&](int worker, std::int64_t) { take_segments(team_.learner(worker)); });
    std::vector<TaskResult> results(work_.size());
    for (std::size_t i = 0; i < work_.size(); ++i) {
      if (work_[i].failure) std::rethrow_exception(work_[i].failure);
      results[i].loss = work_[i].path.state().loss;
      results[i].adapted = std::move(work_[i].path).result();
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
    work.path.take(learner, work.task.support, work.batches, segment.to, inner_);
    if (segment.to < schedule_.steps) return;
    require_finite(work.path.state(), work.task, inner_,
                   fmt::format("meta-iteration {}, task {}", which_.iteration, index));
  }

  void draw(std::uint32_t index, Work& work) {
    work.task = source_.task(Stream::kTrainTask, which_.iteration, index);
    work.batches = anole::schedule(Rng(which_.seed, Stream::kTrainBatches, which_.iteration, index),
                                   static_cast<std::int32_t>(work.task.support.count), schedule_);
    work.path = StepPath(meta_, which_.weights, team_.spare());
  }

  LearnerTeam& team_;
  const MetaState& meta_;
  const TaskSource& source_;
  const MetaBatch& which_;
  const ScheduleOptions& schedule_;
  const InnerOptions& inner_;
  std::vector<Work> work_;  // one per task
  std::vector<Segment> segments_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

LearnerTeam::LearnerTeam(const LearnerFactory& make, int threads) : pool_(threads) {
  learners_.resize(static_cast<std::size_t>(threads));
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

MetaBatch own_tasks(const MetaBatch& whole, int rank, int ranks) {
  ANOLE_CHECK(rank >= 0 && rank < ranks);
  // Task i belongs to rank floor(i * ranks / count): rank r begins at ceil(r * count / ranks).
  const auto begin = [&](int r) {
    const auto n = static_cast<std::uint64_t>(ranks);
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(r) * whole.count + n - 1) / n);
  };
  auto own = whole;
  own.first = whole.first + begin(rank);
  own.count = begin(rank + 1) - begin(rank);
  return own;
}

void require_fit(const ModelSpec& spec, const TaskSource& source, const MetaState& meta) {
  const auto network = layout(spec);
  if (source.shape() != spec.input) {
    throw Error("model '{}' takes rows of {}, but the tasks have rows of {}", spec.name,
                describe(spec.input), describe(source.shape()));
  }
  if (source.outputs() != network.outputs) {
    throw Error(
        "model '{}' has {} outputs, but the tasks need {}; ways must be what the model was made "
        "with",
        spec.name, network.outputs, source.outputs());
  }
  if (meta.params.size() != network.parameters) {
    throw Error("the state has {} parameters, expected the {} of model '{}'", meta.params.size(),
                network.parameters, spec.name);
  }
}

void require_finite(const TaskState& state, const Task& task, const InnerOptions& options,
                    std::string_view where) {
  const bool loss = std::isfinite(state.loss);
  if (loss && all_finite(state.meta.params) && all_finite(state.meta.second_moment)) return;
  const auto found = loss ? std::string("the adapted parameters are not finite")
                          : fmt::format("the loss is {}", state.loss);
  throw NonFiniteError(
      "{} (classes: {}): {} after {} inner steps, expected finite numbers; try an lr below {}, and "
      "look for infinite or missing values in the data",
      where, fmt::join(task.class_names, ", "), found, state.task_steps, options.lr);
}

std::vector<TaskResult> adapt_all(LearnerTeam& team, const MetaState& meta,
                                  const TaskSource& source, const MetaBatch& which,
                                  const ScheduleOptions& schedule, const InnerOptions& inner) {
  require_fit(team.learner(0).spec(), source, meta);
  ANOLE_CHECK(which.weights.empty() ||
              which.weights.size() == static_cast<std::size_t>(schedule.steps));
  return MetaIteration(team, meta, source, which, schedule, inner).run();
}

}  // namespace anole
