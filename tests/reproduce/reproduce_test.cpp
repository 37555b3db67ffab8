#include "anole/reproduce/reproduce.h"

#include <gtest/gtest.h>

#include "anole/io/atomic_file.h"
#include "anole/io/json.h"
#include "anole/reproduce/table.h"
#include "anole/runs/checkpoint.h"
#include "tests/adapt/toy.h"
#include "tests/io/scratch_folder.h"

namespace anole {
namespace {

namespace fs = std::filesystem;

const PaperRow kRow{.name = "line",
                    .title = "Sine by a line",
                    .settings = {{.name = "few", .title = "3 points", .shots = 3},
                                 {.name = "many",
                                  .title = "9 points",
                                  .shots = 9,
                                  .show_before = true,
                                  .published = {{NormMode::kTransductive, 4.5}},
                                  .band = 0.5}}};

// Sine waves and one linear layer: milliseconds.
TrainOptions line_options() {
  TrainOptions options;
  options.data.dataset = "sine";
  options.model = {.model = "mlp", .widths = {}};
  options.train_shots = 20;
  options.inner.optimizer = Optimizer::kSgd;
  options.inner.lr = 0.01;
  options.iterations = 600;
  options.eval.tasks = 400;
  options.eval.eval_steps = 5;
  options.eval_every = 0;
  options.checkpoint_seconds = 1000;
  return options;
}

class ReproduceTest : public testing::Test {
 protected:
  ReproduceSetup setup() {
    ReproduceSetup setup{.known = {{&kRow, line_options()}}, .wanted = {&kRow}};
    setup.options.out = folder_.path();
    setup.options.threads = 1;
    setup.make_learner = [this](const ModelSpec& spec) {
      ++learners_;
      return std::make_unique<toy::LinearLearner>(spec);
    };
    return setup;
  }

  std::string file(const char* name) const { return read_file(folder_ / name); }
  Json results() const { return parse_json(file("results.json"), "results.json"); }

  ScratchFolder folder_;
  int learners_ = 0;
};

// Asks to stop at a meta-iteration of the training, or at a call of on_evaluation.
class Stopper final : public ReproduceWatch {
 public:
  Stopper(std::int64_t iteration, int evaluation)
      : iteration_(iteration), evaluation_(evaluation) {}

  std::unique_ptr<Observer> training(const Experiment&) override {
    struct AtIteration final : Observer {
      explicit AtIteration(Stopper& stopper) : stopper(stopper) {}
      void on_iteration(const IterationReport& report) override {
        if (report.iteration == stopper.iteration_) stopper.stop = true;
      }
      Stopper& stopper;
    };
    return std::make_unique<AtIteration>(*this);
  }
  void on_evaluation(std::string_view, double) override {
    if (--evaluation_ == 0) stop = true;
  }
  void on_note(const std::string& note) override { notes.push_back(note); }

  std::atomic<bool> stop = false;
  std::vector<std::string> notes;

 private:
  std::int64_t iteration_;
  int evaluation_;
};

TEST_F(ReproduceTest, TrainsOnceForAllSettingsAndWritesTheTable) {
  const auto outcome = reproduce(setup());
  EXPECT_TRUE(outcome.finished);
  EXPECT_EQ(outcome.table, folder_ / "results.md");
  EXPECT_TRUE(fs::exists(folder_ / "line/seed0/bundle.anole"));
  const auto json = results();
  ASSERT_EQ(json["results"].size(), 3u);  // few; many before and after
  EXPECT_EQ(json["results"][0]["setting"], "few");
  EXPECT_EQ(json["results"][0]["paper"], nullptr);
  EXPECT_TRUE(json["results"][1]["before"]);
  EXPECT_EQ(json["results"][2]["paper"], 4.5);
  EXPECT_EQ(json["results"][2]["tasks"], 400);
  EXPECT_EQ(json["runs"].size(), 1u);
  EXPECT_TRUE(json["runs"][0]["finished"]);
  EXPECT_TRUE(json["runs"][0]["training_seconds"].is_number());
  EXPECT_EQ(file("results.md").find("QUICK"), std::string::npos);
  EXPECT_EQ(file("results.md").find("Unfinished"), std::string::npos);
}

TEST_F(ReproduceTest, DoesNothingAgainWhereAllIsDone) {
  reproduce(setup());
  const auto before = file("results.json");
  learners_ = 0;
  reproduce(setup());
  EXPECT_EQ(learners_, 0);
  EXPECT_EQ(file("results.json"), before);
}

TEST_F(ReproduceTest, AStoppedTrainingIsReportedAndGoesOnToTheSameNumbers) {
  reproduce(setup());
  const auto whole = results()["results"];
  fs::remove_all(folder_ / "line");
  Stopper stopper(250, 0);
  auto stopping = setup();
  stopping.watch = &stopper;
  stopping.stop = &stopper.stop;
  EXPECT_FALSE(reproduce(stopping).finished);
  EXPECT_NE(
      file("results.md")
          .find("- `line`, seed 0: 250 of 600 meta-iterations; continue with `anole reproduce line "
                "--seeds 0 --out " +
                folder_.path().string() + "`"),
      std::string::npos)
      << file("results.md");
  EXPECT_TRUE(reproduce(setup()).finished);
  EXPECT_EQ(results()["results"], whole);
}

TEST_F(ReproduceTest, AnEvaluationThatIsDoneIsKeptWhenTheNextIsStopped) {
  Stopper stopper(-1,
                  26);  // 400 tasks tell 25 times, 16 at a time; then it is in the second setting
  auto stopping = setup();
  stopping.watch = &stopper;
  stopping.stop = &stopper.stop;
  EXPECT_FALSE(reproduce(stopping).finished);
  EXPECT_TRUE(fs::exists(folder_ / "line/seed0/evaluations/few.json"));
  EXPECT_FALSE(fs::exists(folder_ / "line/seed0/evaluations/many.json"));
  const auto first = file("line/seed0/evaluations/few.json");
  EXPECT_NE(file("results.md").find("not all settings evaluated"), std::string::npos);
  EXPECT_TRUE(reproduce(setup()).finished);
  EXPECT_EQ(file("line/seed0/evaluations/few.json"), first);
}

TEST_F(ReproduceTest, WithoutTrainingAnUnfinishedRunIsEvaluatedAtItsCheckpoint) {
  Stopper stopper(250, 0);
  auto stopping = setup();
  stopping.watch = &stopper;
  stopping.stop = &stopper.stop;
  reproduce(stopping);
  stopper.stop = false;
  auto as_it_is = setup();
  as_it_is.options.train = false;
  as_it_is.watch = &stopper;
  EXPECT_TRUE(reproduce(as_it_is).finished);
  EXPECT_EQ(stopper.notes,
            std::vector<std::string>{"line seed 0: 250 of 600 meta-iterations are done"});
  EXPECT_EQ(results()["results"][0]["iteration"], 250);
  EXPECT_NE(file("results.md").find("| 250 of 600 |"), std::string::npos);
  reproduce(setup());  // trains on, and measures anew
  EXPECT_EQ(results()["results"][0]["iteration"], 600);
}

TEST_F(ReproduceTest, SeedsHaveRunsOfTheirOwnAndASpread) {
  auto two = setup();
  two.options.seeds = {3, 0};
  reproduce(two);
  const auto line = results()["results"][0];
  EXPECT_EQ(line["seeds"].size(), 2u);
  EXPECT_EQ(line["seeds"][0]["seed"], 0);
  EXPECT_EQ(line["seeds"][1]["seed"], 3);
  EXPECT_TRUE(line["spread_over_seeds"]["standard_deviation"].is_number());
  EXPECT_NE(file("results.md").find("anole reproduce line --seeds 0,3"), std::string::npos);
}

TEST_F(ReproduceTest, QuickResultsLieApartAndSaySo) {
  auto quick = setup();
  quick.options.quick = true;
  EXPECT_EQ(reproduce(quick).table, folder_ / "quick/results.md");
  EXPECT_NE(file("quick/results.md").find("**QUICK: "), std::string::npos);
  EXPECT_NE(file("quick/results.md").find("3 (config: 600)"), std::string::npos);
  EXPECT_NE(file("quick/results.md").find("--quick"), std::string::npos);
  EXPECT_NE(file("quick/results.json").find("\"quick\": true"), std::string::npos);
  EXPECT_NE(file("quick/results.csv").find(",true,"), std::string::npos);
}

TEST_F(ReproduceTest, OtherIterationsLieApartAndSaySo) {
  auto shorter = setup();
  shorter.options.iterations = 100;
  reproduce(shorter);
  reproduce(setup());
  EXPECT_TRUE(fs::exists(folder_ / "line/seed0-100-iterations/bundle.anole"));
  const auto table = file("results.md");
  EXPECT_NE(table.find("| 100 (config: 600) |"), std::string::npos);
  EXPECT_NE(table.find("anole reproduce line --seeds 0 --iterations 100 --out "),
            std::string::npos);
  EXPECT_NE(table.find("anole reproduce line --seeds 0 --out "), std::string::npos);
}

TEST_F(ReproduceTest, ARunWithOtherOptionsIsRefused) {
  reproduce(setup());
  auto other = setup();
  other.known[0].options.inner.lr = 0.02;
  try {
    reproduce(other);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), (folder_ / "line/seed0").string() +
                                " was made with lr = 0.01, row line has 0.02; move it away, or "
                                "choose another --out");
  }
}

TEST_F(ReproduceTest, ARunThatWasKilledBeforeItsFirstCheckpointBeginsAnew) {
  fs::create_directories(folder_ / "line/seed0");
  write_file_atomically(folder_ / "line/seed0/run.json", "{}");
  EXPECT_TRUE(reproduce(setup()).finished);
}

TEST_F(ReproduceTest, MoreTasksAreMeasuredAnew) {
  reproduce(setup());
  auto more = setup();
  more.options.tasks = 500;
  reproduce(more);
  EXPECT_EQ(results()["results"][0]["tasks"], 500);
}

TEST_F(ReproduceTest, WithoutCurvesScoresAreTheSameAndCurvesCanBeAddedLater) {
  auto quick = setup();
  quick.options.curve = false;
  reproduce(quick);
  const auto has_curve = [this](const char* name) {
    return file(name).find("\"curve\"") != std::string::npos;
  };
  EXPECT_FALSE(has_curve("line/seed0/evaluations/few.json"));
  EXPECT_TRUE(has_curve("line/seed0/evaluations/many.json"));  // its score before adapting is shown
  const auto scores = results()["results"];
  EXPECT_EQ(results()["runs"][0]["evaluations"][0]["curve"]["transductive"].size(), 0u);

  reproduce(setup());
  EXPECT_TRUE(has_curve("line/seed0/evaluations/few.json"));
  EXPECT_EQ(results()["results"], scores);
  EXPECT_EQ(results()["runs"][0]["evaluations"][0]["curve"]["transductive"].size(), 4u);

  learners_ = 0;
  reproduce(quick);  // more than enough is there
  EXPECT_EQ(learners_, 0);
}

TEST_F(ReproduceTest, ADamagedEvaluationIsNamed) {
  reproduce(setup());
  const auto broken = folder_ / "line/seed0/evaluations/few.json";
  write_file_atomically(broken, R"({"result": 1})");
  try {
    read_runs(folder_.path(), setup().known);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what())
                    .starts_with(broken.string() + ": not written by 'anole reproduce': "))
        << error.what();
  }
}

TEST(RowOptions, QuickIsATwoHundredthOfTheIterationsAndAHundredthOfTheTasks) {
  const auto quick = row_options(line_options(), {.quick = true}, 2);
  EXPECT_EQ(quick.iterations, 3);
  EXPECT_EQ(quick.eval.tasks, 4);
  EXPECT_EQ(quick.seed, 2u);
  EXPECT_EQ(row_options(line_options(), {.quick = true, .iterations = 50}, 0).iterations, 50);
}

TEST(RowOptions, PrecisionIsThatAskedFor) {
  EXPECT_EQ(row_options(line_options(), {}, 0).inner.precision, Precision::kFp32);
  EXPECT_EQ(row_options(line_options(), {.precision = Precision::kBf16}, 0).inner.precision,
            Precision::kBf16);
}

TEST(ReproduceCommand, NamesWhatIsNotTheDefault) {
  EXPECT_EQ(reproduce_command({}, "sine", {0, 1}), "anole reproduce sine --seeds 0,1");
  EXPECT_EQ(reproduce_command({.iterations = 20000, .tasks = 500, .out = "x", .data = "d"},
                              "article", {4}),
            "anole reproduce article --seeds 4 --iterations 20000 --tasks 500 --out x --data d");
  EXPECT_EQ(reproduce_command({.curve = false}, "sine", {0}),
            "anole reproduce sine --seeds 0 --no-curve");
}

}  // namespace
}  // namespace anole
