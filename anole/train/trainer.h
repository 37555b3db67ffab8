#pragma once

// The loop that joins tasks, adapt, meta and eval. Rules:
// 1. Same options, same bits: on any number of threads or ranks, and after any number of stops and
//    resumes at any iterations. Nothing that is timed, drawn for validation, or watched takes part
//    in the result.
// 2. A run folder is made once and holds run.json, metrics.jsonl, checkpoints and, at the end,
//    bundle.anole. Checkpoints are written at iteration 0, every `checkpoint_seconds`, when asked
//    to stop, and at the end; saving is atomic, so one of the last two is always whole.
// 3. Only the rank that leads writes, validates and tells observers. Every rank must be run with
// the
//    same options. An error or a stop on one ends the run on all.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "anole/adapt/adapt_all.h"
#include "anole/core/meta_state.h"
#include "anole/train/experiment.h"
#include "anole/train/observers.h"
#include "anole/train/round.h"

namespace anole {

// What a trainer works with; it owns none of it.
struct TrainSetup {
  const Experiment& experiment;
  LearnerTeam& team;  // of learners for experiment.spec()
  std::vector<Observer*> observers = {};
  const std::atomic<bool>* stop = nullptr;  // looked at before each meta-iteration; may be null.
                                            // A signal handler may set it.
  Round* round = nullptr;                   // null: the threads of `team` (LocalRound)
};

// What a resumed run starts from.
struct TrainState {
  MetaState meta = {};
  std::int64_t iteration = 0;  // meta-iterations done
  bool operator==(const TrainState&) const = default;
};

struct TrainOutcome {
  TrainState state = {};
  bool finished = false;              // false: stopped on request
  std::filesystem::path folder = {};  // the run folder; empty on ranks that do not lead
};

class Trainer {
 public:
  explicit Trainer(const TrainSetup& setup);
  ~Trainer();

  // Trains from the beginning, into a new run folder. Throws Error if the folder exists, if it or a
  // checkpoint cannot be written, and NonFiniteError naming the task and the last good checkpoint.
  // Of any other failure before the first meta-iteration is done, no folder is left.
  TrainOutcome run();

  // Goes on from the newest whole checkpoint of `run_folder`. A finished run is left as it is.
  // Throws Error, with nothing changed, if another process works in the folder: both functions hold
  // a RunLock on it until this is destroyed.
  // Throws Error naming both values if an option that determines the result, the data or the engine
  // is not the run's.
  TrainOutcome resume(const std::filesystem::path& run_folder);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace anole
