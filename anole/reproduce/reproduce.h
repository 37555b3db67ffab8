#pragma once

// Reproduces rows of the results table: trains what is not trained yet, evaluates what is not
// evaluated yet, and writes the table. Rules:
// 1. Everything lies in one folder, and the table is a function of what lies there
//    (reproduce_results.h): <out>/<row>/seed<n> is a run folder as of `anole train`, with
//    evaluations/<setting>.json in it; <out>/results.md, .csv and .json are the table.
// 2. It can be stopped at any moment and goes on where it was: training at its last checkpoint,
//    evaluations at the first that is not done.
// 3. A run that was made with other options than the row's is refused, never mixed in.
// 4. Scaled-down results say so wherever they stand, and `quick` ones lie in a folder of their own.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/reproduce/rows.h"
#include "anole/train/observers.h"

namespace anole {

struct ReproduceOptions {
  std::vector<int> seeds = {0};
  bool quick = false;           // 1/200 of the meta-iterations, 1/100 of the tasks
  std::int64_t iterations = 0;  // 0: the config's
  int tasks = 0;                // 0: the config's
  Precision precision = Precision::kFp32;
  bool curve = true;  // false: settings without `show_before` have the last score only
  bool train = true;  // false: evaluate and report what is there
  std::filesystem::path out = "runs/reproduce";
  std::filesystem::path data = {};
  int threads = 0;

  static constexpr auto fields() {
    return std::tuple{
        Field{"seeds",
              &ReproduceOptions::seeds,
              "seeds of the trainings, one training each",
              {.min = 0}},
        Field{"quick", &ReproduceOptions::quick,
              "1/200 of the meta-iterations and 1/100 of the tasks, to see that all works"},
        Heading{"Meta loop"},
        Field{"iterations",
              &ReproduceOptions::iterations,
              "meta-iterations in the place of the config's; 0: the config's",
              {.min = 0}},
        Heading{"Evaluation"},
        Field{"tasks",
              &ReproduceOptions::tasks,
              "evaluation tasks in the place of the config's; 0: the config's",
              {.min = 0}},
        Heading{"Inner loop"},
        Field{"precision", &ReproduceOptions::precision,
              "arithmetic of the inner loops, in training and evaluation: fp32 or bf16"},
        Heading{"Run"},
        Field{
            "curve",
            &ReproduceOptions::curve,
            "score before adapting and after few inner steps as well",
            {.off = "leave out the scores before adapting and after few inner steps, but for sine "
                    "and article; up to six times as fast"}},
        Field{"train",
              &ReproduceOptions::train,
              "train what is not trained yet",
              {.off = "evaluate what is there, an unfinished run at its checkpoint, and train "
                      "nothing"}},
        Field{"out", &ReproduceOptions::out, "folder of runs and tables", {.output = true}},
        Heading{"Data"},
        Field{"data",
              &ReproduceOptions::data,
              "root of the data sets; default $ANOLE_DATA, then the user's data directory",
              {.output = true}},
        Heading{"Run"},
        Field{"threads",
              &ReproduceOptions::threads,
              "worker threads; 0: all cores",
              {.min = 0, .output = true}}};
  }
};

// A row with the options of its config.
struct RowConfig {
  const PaperRow* row = nullptr;
  TrainOptions options = {};
};

// What the user sees while it works. All calls come from the caller's thread.
class ReproduceWatch {
 public:
  virtual ~ReproduceWatch() = default;
  virtual void on_note(const std::string& /*note*/) {}
  // Of a training that begins or goes on; may be null. It lives as long as the experiment.
  virtual std::unique_ptr<Observer> training(const Experiment&) { return nullptr; }
  // `what` is "omniglot_5way seed 0, 5-way 1-shot"; fraction in [0, 1], at 1 with its seconds.
  virtual void on_evaluation(std::string_view /*what*/, double /*fraction*/) {}
};

struct ReproduceSetup {
  std::vector<RowConfig> known = {};         // every row: the table shows what is there of any
  std::vector<const PaperRow*> wanted = {};  // to train and evaluate, in this order
  ReproduceOptions options = {};
  std::function<std::unique_ptr<Learner>(const ModelSpec&)> make_learner = {};
  std::string commit = {};                  // that the program was built from, for the record
  ReproduceWatch* watch = nullptr;          // may be null
  const std::atomic<bool>* stop = nullptr;  // may be null; a signal handler may set it
};

// Where the table is, and whether all that was wanted is done; false after a stop.
struct ReproduceOutcome {
  std::filesystem::path table = {};  // of results.md
  bool finished = false;
};

// Throws Error if an option of a row does not fit the data or the run that is there.
ReproduceOutcome reproduce(const ReproduceSetup& setup);

// The command that does, or goes on with, `row` for `seeds`: "anole reproduce sine --seeds 0,1".
std::string reproduce_command(const ReproduceOptions& options, std::string_view row,
                              const std::vector<std::uint64_t>& seeds);

// The options of the training of `config` with `seed`, scaled down where `options` says so.
TrainOptions row_options(const TrainOptions& config, const ReproduceOptions& options, int seed);

}  // namespace anole
