#pragma once

// From options to objects: the task distribution, the network and the sources of tasks of a run.
// Everything that can be wrong with the options is found here, before anything is written.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anole/adapt/learner.h"
#include "anole/core/meta_state.h"
#include "anole/distributions/task_distribution.h"
#include "anole/eval/eval_json.h"
#include "anole/models/model_spec.h"
#include "anole/runs/options.h"
#include "anole/tasks/class_tasks.h"
#include "anole/tasks/task_source.h"

namespace anole {

// The classes that the accuracy shown during training is measured on. Never the test classes.
// The last: where every task is new.
enum class ValidationOn { kValidationClasses, kTrainingClasses, kNewTasks };
inline std::span<const std::string_view> enum_names(ValidationOn) {
  static constexpr std::string_view kNames[] = {"validation classes", "training classes",
                                                "new tasks"};
  return kNames;
}

// What it is made for. Evaluating needs the classes that tasks are drawn from, and no others.
enum class Purpose { kTraining, kEvaluation };

// Movable; task sources refer to its distribution and must not outlive it.
class Experiment {
 public:
  // Loads the data and checks `options` against it. Throws Error naming what does not fit.
  explicit Experiment(TrainOptions options, Purpose purpose = Purpose::kTraining);
  // The same with data that the caller has, e.g. of its own program; options.data only names it.
  Experiment(TrainOptions options, LoadedData data);
  Experiment(TrainOptions options, std::unique_ptr<const TaskDistribution> distribution,
             Purpose purpose = Purpose::kTraining);

  const TrainOptions& options() const { return options_; }
  const ModelSpec& spec() const { return spec_; }
  const TaskDistribution& distribution() const { return *distribution_; }
  TaskForm form() const { return distribution_->form(options_.ways); }  // of its tasks
  const std::string& dataset_name() const { return options_.data.dataset; }
  const std::string& split_name() const { return facts_.split; }
  const std::string& dataset_hash() const { return facts_.hash; }
  // How bytes become rows; 0 channels where there are no classes.
  Preprocessing preprocessing() const;

  // Meta-training: `train_shots`, no queries.
  std::unique_ptr<TaskSource> train_tasks() const;
  ScheduleOptions train_schedule() const;  // of the inner batches in meta-training
  int train_batch() const;                 // rows of each of them
  // Of the inner steps of meta-iteration `iteration`, from 0: with lr_final, lr on its way there.
  InnerOptions train_inner(std::int64_t iteration) const;
  // Of evaluation, where EvalOptions says no other: those of the end of meta-training.
  InnerOptions eval_inner() const;
  std::vector<double> train_weights() const;  // of the inner steps; empty: all 1
  std::vector<LabelRows> label_rows() const;  // of the output layer; none without label_symmetry
  // What meta-training starts from: initial_state, or the bundle `init`, of which SGD and reset
  // leave the second moment out. Throws Error if that bundle is of another network, or not the one
  // of init_digest.
  MetaState start(const Learner& learner) const;
  // Validation classes if there are any, else training classes; `shots` and `queries`.
  std::unique_ptr<TaskSource> validation_tasks() const;
  ValidationOn validation_on() const;
  // Test classes; `shots` and `queries`. Throws Error if there are too few.
  std::unique_ptr<TaskSource> test_tasks(std::uint64_t seed) const;
  TaskPlan eval_plan() const;  // of all three; within groups, if training is
  // Of a part's classes, where distribution().classes() is not null: with draws and groups.
  std::unique_ptr<ClassTasks> class_tasks(Part part, std::uint64_t seed) const;
  // What a number on test_tasks(seed) was measured under.
  Protocol test_protocol(std::uint64_t seed) const;

  // What a user should know: what is odd about the data, and before training e.g. that there are too
  // few test classes to evaluate.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void check(Purpose purpose);
  void check_training(const TaskForm& form);
  std::int64_t train_support() const;  // support rows of a meta-training task
  void check_tail(std::int64_t support) const;
  MetaState start_from_bundle() const;
  void refuse_what_needs_classes(Purpose purpose) const;
  void note_groups();
  void note_small_classes();
  TaskPlan train_plan() const;

  TrainOptions options_;
  std::unique_ptr<const TaskDistribution> distribution_;
  DistributionFacts facts_;
  ModelSpec spec_;
  std::vector<std::string> notes_;
};

// What meta-training under `options` starts from: drawn by `learner`, its output rows averaged with
// label_symmetry. `moment_rows` as in MetaState. The same bits on every thread.
MetaState initial_state(const TrainOptions& options, const Learner& learner,
                        std::int32_t moment_rows);

}  // namespace anole
