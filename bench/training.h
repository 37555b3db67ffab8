#pragma once

// How fast a network learns: the trainer's loop (draw tasks, adapt_all, meta_step) without its
// files, on the rows of the paper's table, at one thread and at all.

#include <cstdint>
#include <string>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/train/experiment.h"
#include "bench/summary.h"

namespace anole::bench {

// One network of the zoo, and the meta-batches that it is measured at.
struct TrainingCase {
  std::string network = {};
  std::vector<int> meta_batches;  // tasks of a meta-iteration, a measurement each
};

// The cases that are measured: `meta_batch` for all networks, and for omniglot_conv4 also 5, which
// two cores cannot share without a rest. `network` picks one; empty: all. Throws UsageError for an
// unknown one.
std::vector<TrainingCase> training_cases(const std::string& network, int meta_batch);

// The training that the network's row of docs/protocol.md runs. Images are drawn glyphs in the
// network's size; miniimagenet_conv4 gets noise of 3x84x84, for the speed does not depend on it.
struct TrainingChoice {
  int inner_steps = 0;  // of a task; 0: the row's
  Precision precision = Precision::kFp32;
};
Experiment training_experiment(const std::string& network, const TrainingChoice& choice = {});

class TrainingLoop {
 public:
  // `experiment` must outlive this. Begins at the network's random initialisation.
  TrainingLoop(const Experiment& experiment, int threads, int meta_batch);

  void iterate();  // one meta-iteration
  // Wall time in us per inner step over the meta-iterations that fill `seconds`, at least one: on
  // two threads half of that on one, if tasks scale perfectly. Nothing is excluded: tasks are
  // drawn, losses checked and parameters brought into the engine's layout and back inside it.
  double step_us(double seconds);

  const MetaState& state() const { return state_; }
  LearnerTeam& team() { return team_; }
  int threads() { return team_.pool().threads(); }

 private:
  const TrainOptions& options_;
  const int meta_batch_;
  std::unique_ptr<TaskSource> source_;
  LearnerTeam team_;
  MetaState state_;
  std::uint64_t iteration_ = 0;
};

// How one network trains on so many threads.
struct TrainingSpeed {
  int threads = 1;
  Spread step_us = {};
  Spread peak = {};  // GFLOP/s of as many cores, right before and after each measurement
};

struct TrainingResult {
  std::string network = {};
  int batch = 0, inner_steps = 0, meta_batch = 0;
  Precision precision = Precision::kFp32;
  std::int64_t step_flops = 0;
  std::vector<TrainingSpeed> speeds = {};  // at one thread, and at all if there are more
  Spread scaling = {};                  // steps/s at all threads over one thread, repeat by repeat
  double loss = 0, reference_loss = 0;  // after an inner step; checked to agree
  MetaState state = {};                 // at the end of the measurements on all threads
};

// Throws Error unless the two losses of `result` agree to 1e-3, in bf16 to 5e-2.
void require_agreement(const TrainingResult& result);

// Throws Error unless `one` and `all`, of a meta-iteration on one thread and on all, are equal.
void require_same_bits(const std::string& network, const MetaState& one, const MetaState& all);

// Measures, one thread and all in turn so that drift of the machine meets both. First checks, and
// throws Error if not so, that both give the same bits, and that the loss after an inner step is
// the reference engine's.
TrainingResult measure_training(const Experiment& experiment, int meta_batch,
                                const RepeatOptions& options);

}  // namespace anole::bench
