#pragma once

// Who computes a meta-iteration: the threads of this process (LocalRound), or many processes
// together (ranks_round.h). Rules:
// 1. No task's vector leaves a round; what does is alike on every rank, to the bit.
// 2. Every rank makes the same calls in the same order. An error or a stop on one is seen on all.

#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/core/meta_state.h"
#include "anole/meta/reptile.h"
#include "anole/train/experiment.h"

namespace anole {

struct RoundResult {
  MetaState change = {};            // as mean_change gives it
  std::vector<double> losses = {};  // of each task's last inner step, in task order
};

class Round {
 public:
  virtual ~Round() = default;

  // Adapts the tasks of meta-iteration `iteration`, from 0, and combines them. Throws what
  // adapt_all throws, on every rank.
  virtual RoundResult run(const MetaState& meta, std::int64_t iteration) = 0;

  // Writes, validates and tells observers; one rank does.
  virtual bool leads() const { return true; }
  virtual int ranks() const { return 1; }

  // Whether `mine` is true on any rank. If `failure` holds an error on any, throws on all of them:
  // that error there, and one that says which rank failed and why elsewhere.
  virtual bool any(bool mine, const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    return mine;
  }
};

// The threads of this process. Refers to its arguments.
class LocalRound final : public Round {
 public:
  LocalRound(const Experiment& experiment, LearnerTeam& team);
  RoundResult run(const MetaState& meta, std::int64_t iteration) override;

 private:
  const Experiment& experiment_;
  LearnerTeam& team_;
  std::unique_ptr<TaskSource> source_;
};

// What every kind of round asks of an experiment: all tasks of a meta-iteration, what they go
// through, and what becomes of their second moments.
MetaBatch meta_batch(const Experiment& experiment, std::int64_t iteration);
InnerLoop train_loop(const Experiment& experiment, std::int64_t iteration);
MomentRule moment_rule(const InnerOptions& inner);

}  // namespace anole
