#pragma once

// A meta-iteration on many ranks: each adapts its own tasks, then each sums its slice of the
// vectors over all tasks, in task order, so that the bits do not depend on the number of ranks and
// a rank's traffic is some 2 P numbers for each of its tasks, however many ranks there are.
//
// How ranks talk is a Ranks: threads in tests, MPI, or whatever calls these three functions
// together.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anole/train/round.h"

namespace anole {

// Every function is called by all ranks together, in the same order.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual int rank() const = 0;   // in [0, ranks())
  virtual int ranks() const = 0;  // >= 1
  // What every rank brings, in rank order. Small.
  virtual std::vector<std::string> gather(std::string mine) = 0;
  // `parts[r]` goes to rank r; returns what came from each rank, in rank order.
  virtual std::vector<std::vector<float>> exchange(std::vector<std::vector<float>> parts) = 0;
  // What every rank brings, one after another in rank order.
  virtual std::vector<float> join(std::span<const float> mine) = 0;
};

// The part of `whole` that belongs to `rank`: task i to rank floor(i * ranks / count), contiguous
// and balanced. May be empty.
MetaBatch own_tasks(const MetaBatch& whole, int rank, int ranks);

class RanksRound final : public Round {
 public:
  // Refers to its arguments. Rank 0 leads.
  RanksRound(const Experiment& experiment, LearnerTeam& team, Ranks& ranks);

  RoundResult run(const MetaState& meta, std::int64_t iteration) override;
  bool leads() const override { return ranks_.rank() == 0; }
  int ranks() const override { return ranks_.ranks(); }
  bool any(bool mine, const std::exception_ptr& failure) override;

 private:
  std::vector<TaskResult> adapt_own(const MetaState& meta, std::int64_t iteration);
  std::vector<float> mean(std::span<const TaskResult> own, std::vector<float> MetaState::*member,
                          std::size_t size, std::span<const float> minus);

  const Experiment& experiment_;
  LearnerTeam& team_;
  Ranks& ranks_;
  std::unique_ptr<TaskSource> source_;
};

}  // namespace anole
