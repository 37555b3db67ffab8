#pragma once

// Everything a run can be told. Flags, configs, run.json and docs/options.md come from fields().

#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/core/fields.h"
#include "anole/data/dataset.h"
#include "anole/eval/evaluate.h"
#include "anole/meta/meta_learner.h"
#include "anole/meta/schedule.h"
#include "anole/models/zoo.h"
#include "anole/tasks/class_tasks.h"

namespace anole {

// Defaults are the paper's Omniglot 5-way row (Nichol et al. 2018, table 3).
struct TrainOptions {
  DataOptions data = {};
  ModelOptions model = {};
  int ways = 5;
  int shots = 1;         // evaluation
  int train_shots = 10;  // meta-training
  Within within = Within::kAny;
  int shift = 0;         // pixels, in meta-training
  int inner_batch = 10;  // 0: all support rows
  int inner_steps = 5;
  bool replacement = false;
  Tail tail = Tail::kShared;
  InnerOptions inner = {};
  MetaLearner meta_learner = MetaLearner::kReptile;
  std::vector<int> step_weights = {};  // empty: those of meta_learner
  int meta_batch = 5;
  std::int64_t iterations = 100000;
  double meta_step = 1;        // epsilon at the start
  double meta_step_final = 0;  // epsilon at the end
  MetaSchedule meta_schedule = MetaSchedule::kLinear;
  double lr_final = 0;  // inner learning rate at the end; 0: inner.lr throughout
  double average = 0;   // decay of the average of params that is evaluated and shipped; 0: none
  bool label_symmetry = false;
  EvalOptions eval = {};
  int eval_every = 5000;  // meta-iterations between validations (4 % of the time); 0: never
  int validation_tasks = 100;
  std::uint64_t seed = 0;
  std::string init_digest = {};  // of the bundle `init`; Experiment fills it in
  // Output: no influence on results.
  int threads = 0;                  // 0: all cores
  std::filesystem::path init = {};  // a bundle to start from; empty: random params
  std::filesystem::path out = {};   // run folder; empty: runs/<dataset>-<n>
  double checkpoint_seconds = 20;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&TrainOptions::data},
        Nested{&TrainOptions::model},
        Heading{"Tasks"},
        Field{"ways", &TrainOptions::ways, "classes of a task", {.min = 2}},
        Field{"shots", &TrainOptions::shots, "support rows of a class in evaluation", {.min = 1}},
        Field{"train_shots",
              &TrainOptions::train_shots,
              "support rows of a class in meta-training",
              {.min = 1}},
        Field{"within", &TrainOptions::within,
              "where the classes of one task come from: any, or one group (an alphabet)"},
        Field{"shift",
              &TrainOptions::shift,
              "pixels by which images move at random, in meta-training",
              {.min = 0, .max = 64}},
        Heading{"Inner loop"},
        Field{"inner_batch",
              &TrainOptions::inner_batch,
              "rows of an inner batch in meta-training; 0: all support rows",
              {.min = 0}},
        Field{
            "inner_steps", &TrainOptions::inner_steps, "inner steps in meta-training", {.min = 1}},
        Field{"replacement", &TrainOptions::replacement,
              "draw inner batches independently of each other"},
        Field{"tail", &TrainOptions::tail,
              "rows of the last inner batch: shared with the earlier ones, or separate"},
        Nested{&TrainOptions::inner},
        Heading{"Meta loop"},
        Field{"meta_learner", &TrainOptions::meta_learner,
              "reptile, or fomaml, which follows the last inner step alone"},
        Field{"step_weights", &TrainOptions::step_weights,
              "weight of each inner step in the meta step, as 1,1,0; empty: meta_learner's"},
        Field{"meta_batch",
              &TrainOptions::meta_batch,
              "tasks of a meta-iteration; 1: serial Reptile",
              {.min = 1}},
        Field{"iterations", &TrainOptions::iterations, "meta-iterations", {.min = 1}},
        Field{"meta_step",
              &TrainOptions::meta_step,
              "meta step size epsilon at the start",
              {.min = 0}},
        Field{"meta_step_final",
              &TrainOptions::meta_step_final,
              "meta step size epsilon at the end",
              {.min = 0}},
        Field{"meta_schedule", &TrainOptions::meta_schedule,
              "how epsilon goes from start to end: linear or cosine"},
        Field{"lr_final",
              &TrainOptions::lr_final,
              "inner learning rate at the end of meta-training, reached as meta_schedule says; 0: "
              "lr throughout",
              {.min = 0}},
        Field{"average",
              &TrainOptions::average,
              "decay of the moving average of params that is evaluated and shipped; 0: none",
              {.min = 0, .max = 0.9999999}},
        Field{"label_symmetry", &TrainOptions::label_symmetry,
              "count each task under all orders of its labels: output rows stay equal"},
        Nested{&TrainOptions::eval},
        Heading{"Evaluation"},
        Field{"eval_every",
              &TrainOptions::eval_every,
              "meta-iterations between validations, and one at the end; 0: never",
              {.min = 0, .output = true}},
        Field{"validation_tasks",
              &TrainOptions::validation_tasks,
              "tasks of a validation",
              {.min = 1, .output = true}},
        Heading{"Run"},
        Field{"seed", &TrainOptions::seed, "seed of tasks, batches and initial parameters"},
        Field{"init",
              &TrainOptions::init,
              "start from the initialisation in this bundle, of the same network; empty: from "
              "random parameters",
              {.output = true}},
        Field{"init_digest", &TrainOptions::init_digest,
              "SHA-256 that the bundle of init must have; empty: whatever it has"},
        Field{"threads",
              &TrainOptions::threads,
              "worker threads; 0: all cores",
              {.min = 0, .output = true}},
        Field{"out", &TrainOptions::out, "run folder; must not exist", {.output = true}},
        Field{"checkpoint_seconds",
              &TrainOptions::checkpoint_seconds,
              "wall time between checkpoints",
              {.min = 0, .output = true}}};
  }
};

}  // namespace anole
