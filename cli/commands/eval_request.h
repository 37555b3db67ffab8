#pragma once

// An evaluation as the user asked for it: what `eval` and `peers` share.

#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/eval/evaluate.h"
#include "anole/make_learner.h"
#include "anole/runs/stored.h"
#include "cli/commands/eval_tasks.h"
#include "cli/terminal.h"

namespace anole::cli {

enum class NormChoice { kTransductive, kSupportPlusOne, kSupport, kAll };
inline std::span<const std::string_view> enum_names(NormChoice) {
  static constexpr std::string_view kNames[] = {"transductive", "support+1", "support", "all"};
  return kNames;
}

struct EvalCommand {
  NormChoice norm = NormChoice::kAll;
  TaskChoice tasks = {};
  bool random_init = false;
  bool curve = true;
  bool calibration = false;
  Engine engine = Engine::kFused;
  bool quiet = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{
        Nested{&EvalCommand::tasks},
        Heading{"Evaluation"},
        Field{"norm", &EvalCommand::norm,
              "rows that share batch-norm statistics: transductive, support+1, support or all"},
        Field{"random_init", &EvalCommand::random_init,
              "the same protocol from the network's random initialisation, for comparison"},
        Heading{"Run"},
        Field{"curve",
              &EvalCommand::curve,
              "score before adapting and after few inner steps as well",
              {.off = "leave out the scores before adapting and after few inner steps; up to six "
                      "times as fast"}},
        Field{"calibration", &EvalCommand::calibration,
              "also say what the bundle's probabilities are worth on these classes: calibration "
              "error, and whether rows of other classes are told apart"},
        Field{"engine", &EvalCommand::engine,
              "fused, onednn (its peer) or reference (plain loops)"},
        Field{"quiet", &EvalCommand::quiet, "show no progress"},
        Field{"json", &EvalCommand::json, "print one JSON object"}};
  }
};

// What the user asked for, on what is stored.
struct Request {
  EvalCommand command = {};
  Stored stored = {};
  TrainOptions options = {};  // the run's, with what the user changed
  std::optional<TaskFile> file = {};
  bool unlike_labels = false;  // a head of another size is the mean of rows that differ
};

std::vector<FlagInfo> eval_flags();  // of `eval`

// `usual` are the command's defaults.
Request parse_eval(const Arguments& arguments, const EvalCommand& usual);

// Throws if the tasks of `experiment` are not ones for the stored network.
void require_same_network(const Request& request, const Experiment& experiment);

// A run of before its classes were remembered can only be evaluated on the very same data.
void require_same_data(const Request& request, const Experiment& experiment);

std::vector<NormMode> modes_of(NormChoice choice);

// What evaluate does; progress is shown on `line`.
EvalPlan eval_plan(const Request& request, const Experiment& experiment, ProgressLine& line);

}  // namespace anole::cli
