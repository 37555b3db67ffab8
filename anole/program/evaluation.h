#pragma once

// An evaluation as a user asks for it: a run folder or bundle, and options over what it was trained
// with. `anole eval`, `anole peers` and the Python package share it.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/calibrate/calibrate.h"
#include "anole/eval/evaluate.h"
#include "anole/make_learner.h"
#include "anole/program/evaluation_tasks.h"
#include "anole/program/own_data.h"
#include "anole/runs/stored.h"

namespace anole {

enum class NormChoice { kTransductive, kSupportPlusOne, kSupport, kAll };
inline std::span<const std::string_view> enum_names(NormChoice) {
  static constexpr std::string_view kNames[] = {"transductive", "support+1", "support", "all"};
  return kNames;
}
std::vector<NormMode> modes_of(NormChoice choice);

// What is asked beside options of the run.
struct EvalChoice {
  NormChoice norm = NormChoice::kAll;
  TaskChoice tasks = {};
  bool random_init = false;
  bool curve = true;
  bool calibration = false;
  Engine engine = Engine::kFused;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&EvalChoice::tasks},
        Heading{"Evaluation"},
        Field{"norm", &EvalChoice::norm,
              "rows that share batch-norm statistics: transductive, support+1, support or all"},
        Field{"random_init", &EvalChoice::random_init,
              "the same protocol from the network's random initialisation, for comparison"},
        Heading{"Run"},
        Field{"curve",
              &EvalChoice::curve,
              "score before adapting and after few inner steps as well",
              {.off = "leave out the scores before adapting and after few inner steps; up to six "
                      "times as fast"}},
        Field{"calibration", &EvalChoice::calibration,
              "also say what the bundle's probabilities are worth on these classes: calibration "
              "error, and whether rows of other classes are told apart"},
        Field{"engine", &EvalChoice::engine,
              "fused, onednn (its peer) or reference (plain loops)"}};
  }
};

// The options of a run that an evaluation may change, and those of EvalChoice.
std::vector<FlagInfo> eval_flags();

// What the user asked for, on what is stored.
struct EvalRequest {
  EvalChoice choice = {};
  Stored stored = {};
  TrainOptions options = {};  // the run's, with what the user changed
  std::optional<TaskFile> file = {};
  bool unlike_labels = false;  // a head of another size is the mean of rows that differ
};

// The one positional is a run folder or bundle; `usual` are the caller's defaults. Throws Error for
// an adapted bundle and for options that contradict what is stored.
EvalRequest eval_request(const Arguments& arguments, const EvalChoice& usual = {});

// Throws if the tasks of `experiment` are not ones for the stored network.
void require_same_network(const EvalRequest& request, const Experiment& experiment);

// A run of before its classes were remembered can only be evaluated on the very same data.
void require_same_data(const EvalRequest& request, const Experiment& experiment);

// What evaluate() does, without progress.
EvalPlan eval_plan(const EvalRequest& request, const Experiment& experiment);

// Its data is loaded, its tasks are chosen, and what could be wrong with it was looked at.
struct Evaluation {
  EvalRequest request = {};
  std::unique_ptr<const Experiment> experiment = {};
  ChosenTasks tasks = {};      // of `experiment`
  std::size_t trained_on = 0;  // classes of them that the run was trained on, under another split
  std::vector<std::string> notes = {};  // what the user should know, a line each
  EvalPlan plan = {};
  ModelSpec spec = {};  // of the network, for learners
};
// `rows`: in the place of files, which request.options.data then only names; may be null.
Evaluation prepare_evaluation(EvalRequest request, const RowsInMemory* rows = nullptr);

struct EvaluationOutcome {
  EvalResult result = {};
  std::optional<CalibrationCheck> calibration = {};  // where it was asked for
};
// `team` is of learners for evaluation.spec; progress goes to evaluation.plan.progress, and what
// that throws ends it.
EvaluationOutcome run_evaluation(const Evaluation& evaluation, LearnerTeam& team);

// The stable shape of eval_json, with keys for what is not a result on test classes of a trained
// run. One line.
std::string evaluation_json(const Evaluation& evaluation, const EvaluationOutcome& outcome);

}  // namespace anole
