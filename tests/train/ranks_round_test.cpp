#include "anole/train/ranks_round.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <limits>

#include "anole/make_learner.h"
#include "anole/runs/checkpoint.h"
#include "anole/train/trainer.h"
#include "tests/train/thread_ranks.h"
#include "tests/train/toy_run.h"

namespace anole {
namespace {

using toy::error_of;
using toy::TestFolder;
using toy::toy_options;

TEST(OwnTasks, FiveTasksOnFourRanks) {
  // i * 4 / 5 is 0 0 1 2 3 for i = 0 … 4.
  const MetaBatch whole{.count = 5};
  const std::uint32_t first[] = {0, 2, 3, 4}, count[] = {2, 1, 1, 1};
  for (int rank = 0; rank < 4; ++rank) {
    EXPECT_EQ(own_tasks(whole, rank, 4).first, first[rank]);
    EXPECT_EQ(own_tasks(whole, rank, 4).count, count[rank]);
  }
}

TEST(OwnTasks, GivesEveryTaskToOneRankInOrder) {
  for (std::uint32_t tasks = 1; tasks <= 9; ++tasks) {
    for (int ranks = 1; ranks <= 12; ++ranks) {
      for (int rank = 0; rank < ranks; ++rank) {
        const auto own = own_tasks({.count = tasks}, rank, ranks);
        for (std::uint32_t i = 0; i < tasks; ++i) {
          const bool mine = i >= own.first && i < own.first + own.count;
          EXPECT_EQ(mine, i * static_cast<std::uint32_t>(ranks) / tasks ==
                              static_cast<std::uint32_t>(rank));
        }
      }
    }
  }
}

// Runs `options` on four ranks; `of_rank` may change what one of them is given.
struct RankSetup {
  std::vector<Observer*> observers = {};
  const std::atomic<bool>* stop = nullptr;
};
std::vector<TrainOutcome> train_on_four(const TrainOptions& options,
                                        const std::function<RankSetup(int)>& of_rank = {}) {
  std::vector<TrainOutcome> outcomes(4);
  toy::on_ranks(4, [&](Ranks& ranks) {
    const Experiment experiment(options, toy::circle());
    LearnerTeam team(toy::learners_of(experiment), 1);
    RanksRound round(experiment, team, ranks);
    const auto setup = of_rank ? of_rank(ranks.rank()) : RankSetup{};
    outcomes[static_cast<std::size_t>(ranks.rank())] =
        Trainer({experiment, team, setup.observers, setup.stop, &round}).run();
  });
  return outcomes;
}

TEST(RanksRound, FourRanksGiveTheBytesOfOne) {
  const TestFolder folder;
  const auto alone = toy::train(toy_options(folder / "one"));
  const auto outcomes = train_on_four(toy_options(folder / "four"));
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome.state, alone.state);
  EXPECT_TRUE(outcomes[3].folder.empty());
  toy::expect_equal_runs(folder / "one", folder / "four");
}

TEST(RanksRound, MoreRanksThanTasksGiveTheBytesOfOneToo) {
  const TestFolder folder;
  auto options = toy_options(folder / "one");
  options.meta_batch = 3;
  toy::train(options);
  options.out = folder / "four";
  train_on_four(options);
  toy::expect_equal_runs(folder / "one", folder / "four");
}

TEST(RanksRound, AStopOnOneRankStopsAllAtTheSameIteration) {
  const TestFolder folder;
  const std::atomic<bool> stop = true;
  const auto outcomes = train_on_four(toy_options(folder / "run"), [&](int rank) {
    return RankSetup{.stop = rank == 2 ? &stop : nullptr};
  });
  for (const auto& outcome : outcomes) {
    EXPECT_FALSE(outcome.finished);
    EXPECT_EQ(outcome.state.iteration, 0);
  }
  EXPECT_EQ(load_checkpoint(folder / "run" / kLatestCheckpoint).iteration, 0);
}

// What each of four ranks throws.
std::vector<std::string> errors_on_four(const TrainOptions& options, const LoadedData& broken,
                                        int broken_rank, Observer* on_rank_0 = nullptr) {
  std::vector<std::string> errors(4);
  toy::on_ranks(4, [&](Ranks& ranks) {
    errors[static_cast<std::size_t>(ranks.rank())] = error_of([&] {
      const Experiment experiment(options, ranks.rank() == broken_rank ? broken : toy::circle());
      LearnerTeam team(toy::learners_of(experiment), 1);
      RanksRound round(experiment, team, ranks);
      std::vector<Observer*> observers;
      if (ranks.rank() == 0 && on_rank_0 != nullptr) observers.push_back(on_rank_0);
      Trainer({experiment, team, observers, nullptr, &round}).run();
    });
  });
  return errors;
}

TEST(RanksRound, ATaskThatFailsOnOneRankEndsAllAndLeavesTheCheckpoint) {
  const TestFolder folder;
  auto broken = toy::circle();
  std::vector<float> rows(9 * 12 * 2, std::numeric_limits<float>::infinity());
  std::vector<std::int32_t> labels;
  std::vector<std::string> names;
  for (int c = 0; c < 9; ++c) {
    names.push_back("place" + std::to_string(c));
    labels.insert(labels.end(), 12, c);
  }
  broken.dataset = ClassDataset::from_rows(rows, {.channels = 2}, labels, names);
  const auto errors = errors_on_four(toy_options(folder / "run"), broken, 3);
  for (const auto& error : errors) {
    EXPECT_TRUE(error.starts_with("meta-iteration 0, task 4 (classes: ")) << error;
  }
  EXPECT_NE(errors[0].find("last good checkpoint"), std::string::npos) << errors[0];
  EXPECT_EQ(load_checkpoint(folder / "run" / kLatestCheckpoint).iteration, 0);
}

class FailsAt final : public Observer {
 public:
  explicit FailsAt(std::int64_t at) : at_(at) {}
  void on_iteration(const IterationReport& report) override {
    if (report.iteration == at_) throw Error("disk full");
  }

 private:
  std::int64_t at_;
};

TEST(RanksRound, AnErrorOfTheRankThatLeadsEndsAll) {
  const TestFolder folder;
  for (const std::int64_t at : {3, 12}) {  // in the middle, and after the last meta-iteration
    FailsAt observer(at);
    const auto errors = errors_on_four(toy_options(folder / std::to_string(at).c_str()),
                                       toy::circle(), -1, &observer);
    EXPECT_EQ(errors[0], "disk full");
    for (int rank = 1; rank < 4; ++rank) EXPECT_EQ(errors[rank], "rank 0: disk full");
  }
}

TEST(RanksRound, AFolderThatExistsEndsAll) {
  const TestFolder folder;
  std::filesystem::create_directory(folder / "run");
  const auto errors = errors_on_four(toy_options(folder / "run"), toy::circle(), -1);
  EXPECT_NE(errors[0].find("exists, expected the name of a new run folder"), std::string::npos);
  EXPECT_EQ(errors[1], "rank 0: " + errors[0]);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep freed memory
double resident_mb() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

class MemoryAt final : public Observer {
 public:
  void on_iteration(const IterationReport& report) override {
    if (report.iteration == 500) early = resident_mb();
    if (report.iteration == 5000) late = resident_mb();
  }
  double early = 0, late = 0;
};

TEST(RanksRound, MemoryIsFlatOverFiveThousandMetaIterations) {
  const TestFolder folder;
  auto options = toy_options(folder / "run");
  options.iterations = 5000;
  options.meta_batch = 8;
  options.model.widths = {64};  // 323 parameters: 20 kB of states a meta-iteration
  options.eval_every = 0;
  options.checkpoint_seconds = 1000;
  MemoryAt memory;
  toy::on_ranks(4, [&](Ranks& ranks) {
    const Experiment experiment(options, toy::circle());
    LearnerTeam team([&] { return make_learner(experiment.spec()); }, 1);
    RanksRound round(experiment, team, ranks);
    std::vector<Observer*> observers;
    if (ranks.rank() == 0) observers.push_back(&memory);
    Trainer({experiment, team, observers, nullptr, &round}).run();
  });
  EXPECT_GT(memory.early, 0);
  EXPECT_LT(memory.late - memory.early, 2);  // keeping every result would take 80 MB
}
#endif

}  // namespace
}  // namespace anole
