#pragma once

// What the report measures anew on test tasks: accuracy before and after adapting, under every norm
// mode, from the learned initialisation and from a random one; each answer; and tasks to look at.
// The same seed gives the same findings on any number of threads.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "anole/report/answers.h"
#include "anole/train/experiment.h"

namespace anole {

struct MeasurePlan {
  int tasks = 400;                                 // from the learned initialisation
  int random_tasks = 100;                          // from the random one, `transductive` only
  std::function<void(double done)> progress = {};  // in [0, 1], from the caller's thread
};

// A task with what the network answered, for the gallery.
struct ShownTask {
  Task task = {};
  AnsweredTask answered = {};
};

// A regression task of one input and one output: the wave, and three curves through it.
struct Fit {
  std::string name;                         // "2.31 sin(x + 0.52)"
  std::vector<float> support_x, support_y;  // what the inner loop saw
  std::vector<float> x, target;             // [n] query points
  std::vector<float> before, after;         // from the learned initialisation
  std::vector<float> random;                // after the same steps from the random one
};

struct Findings {
  std::uint64_t seed = 0;
  int eval_steps = 0;
  AnswerKind answer = AnswerKind::kClass;
  bool batch_norm = false;
  Shape row = {};
  EvalResult learned = {}, random = {};                 // without their outputs
  std::vector<std::vector<AnsweredTask>> answers = {};  // [norms of `learned`][tasks]; of classes
  std::vector<ClassScore> classes = {};                 // of the first norm mode, hardest first
  std::vector<std::vector<float>> class_examples = {};  // a row of each class in `classes`
  std::vector<ShownTask> first_tasks = {};              // as drawn
  std::vector<ShownTask> worst_tasks = {};              // of the others, those with most mistakes
  std::vector<Fit> fits = {};                           // of values
};

// Evaluates `meta` on test tasks of the run's own protocol. `team` has learners for the network of
// `meta`. Throws Error as Experiment::test_tasks and evaluate do.
Findings measure(LearnerTeam& team, const Experiment& experiment, const MetaState& meta,
                 const MeasurePlan& plan);

// Nominal work of the run's whole training.
double training_gigaflops(const Experiment& experiment);

// The plan that costs about `gigaflops` of nominal work, with 4 to `most` tasks; a rule on sizes,
// not on time, so that it is the same on every machine. 800 GFLOP are some five seconds on two
// cores.
MeasurePlan affordable_plan(const Experiment& experiment, double gigaflops, int most);

}  // namespace anole
