// What engines made of plans promise beyond their results: nothing allocated in a step, nothing
// left behind, the same bits whatever was planned before.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <span>
#include <vector>

#include "anole/core/parallel.h"
#include "anole/make_learner.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/counting_allocator.h"
#include "tests/engines/engines_of_plans.h"
#include "tests/engines/images.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace anole {
namespace {

class EngineOfPlans : public testing::TestWithParam<Engine> {
 protected:
  std::unique_ptr<Learner> make() const { return make_learner(omniglot_spec(), GetParam()); }
};

TEST_P(EngineOfPlans, LearnsTheSupportRowsByHeart) {
  const Images images;
  const auto learner = make();
  const auto state =
      adapted(*learner, initial_state(*learner), images.examples(), whole_support(50));
  EXPECT_LT(state.loss, 0.05);
  EXPECT_EQ(state.task_steps, 50);
  EXPECT_EQ(state.meta.adam_steps, 50);
  const auto logits = learner->predict(state.meta.params, images.examples(), {});
  for (std::size_t row = 0; row < kRows; ++row) {
    const auto label = static_cast<std::size_t>(images.labels[row]);
    for (std::size_t other = 0; other < kWays; ++other) {
      if (other == label) continue;
      EXPECT_GT(logits[row * kWays + label], logits[row * kWays + other]);
    }
  }
}

// oneDNN's own allocations are left out (muted_onednn.cpp).
TEST_P(EngineOfPlans, StepsAllocateNothing) {
  const Images images;
  const auto learner = make();
  const auto allocations = [&](int steps) {
    auto state = initial_state(*learner);
    const auto batches = whole_support(steps);
    const CountAllocations counter;
    state = adapted(*learner, std::move(state), images.examples(), batches);
    return counter.count();
  };
  allocations(1);  // makes the plan
  const auto few = allocations(2);
  EXPECT_GT(few, 0);  // the counter counts: a task's own vectors
  EXPECT_EQ(allocations(40), few);
}

TEST_P(EngineOfPlans, LeavesTheCallersFloatingPointModeAlone) {
  const Images images;
  const auto learner = make();
#if defined(__x86_64__)
  constexpr unsigned kControl = 0xffc0;  // the bits below are sticky flags of past operations
  const auto mode = _mm_getcsr() & kControl;
  adapted(*learner, initial_state(*learner), images.examples(), whole_support(1));
  EXPECT_EQ(_mm_getcsr() & kControl, mode);
#endif
}

TEST_P(EngineOfPlans, GivesTheSameBitsOnItsOwnThreadAndOnWorkers) {
  const Images images;
  const auto run = [&](Learner& learner) {
    return adapted(learner, initial_state(learner), images.examples(), whole_support(5)).meta;
  };
  const auto alone = run(*make());
  WorkerPool pool(3);
  std::vector<MetaState> on_workers(6);
  pool.run(6, [&](int, std::int64_t i) { on_workers[static_cast<std::size_t>(i)] = run(*make()); });
  for (const auto& state : on_workers) EXPECT_EQ(state, alone);
}

TEST_P(EngineOfPlans, KeepsItsBitsWhenPlansGiveWay) {
  const Images images;
  const auto learner = make();
  const auto params = learner->init(Rng(1, Stream::kInit));
  const auto first = learner->gradient(params, images.examples());
  for (int rows = 200; rows <= 1000; rows += 200) {  // more than plans may take
    const std::vector<float> some(static_cast<std::size_t>(rows) * 784, 0.5f);
    learner->predict(params, {.rows = some, .count = rows}, {});
  }
  EXPECT_EQ(learner->gradient(params, images.examples()).gradient, first.gradient);
}

TEST_P(EngineOfPlans, PredictsManyRowsByFrozenStatisticsAsOneByOne) {
  const Images images;
  const auto learner = make();
  const auto params = learner->init(Rng(1, Stream::kInit));
  const auto statistics = learner->statistics(params, images.examples());
  EXPECT_EQ(statistics.size(), 4 * 2 * 64u);
  const NormRows frozen{.mode = NormMode::kSupport, .statistics = statistics};
  std::vector<float> many;  // 150 rows: more than a plan takes at once
  for (int i = 0; i < 15; ++i) many.insert(many.end(), images.rows.begin(), images.rows.end());
  const auto together = learner->predict(params, {.rows = many, .count = 150}, frozen);
  // oneDNN may take other kernels for other batches, whose sums differ by a few roundings.
  const float tolerance = GetParam() == Engine::kFused ? 0 : 1e-4f;
  for (int i = 0; i < 150; i += 7) {
    const auto row = std::span(many).subspan(static_cast<std::size_t>(i) * 784, 784);
    const auto alone = learner->predict(params, {.rows = row, .count = 1}, frozen);
    for (int k = 0; k < kWays; ++k) EXPECT_NEAR(together[i * kWays + k], alone[k], tolerance);
  }
}

TEST_P(EngineOfPlans, StoredStatisticsAreThoseOfTheSupportRows) {
  const Images images;
  const auto learner = make();
  const auto params = learner->init(Rng(1, Stream::kInit));
  const auto statistics = learner->statistics(params, images.examples());
  EXPECT_EQ(learner->predict(params, images.examples(),
                             {.mode = NormMode::kSupport, .statistics = statistics}),
            learner->predict(params, images.examples(),
                             {.mode = NormMode::kSupport, .support = images.examples()}));
}

// Eight shots of five classes: the plans of one task take more than the usual bound.
TEST(FusedPlans, ThoseOfATaskOfLargePicturesStay) {
  const auto spec =
      make_model({.model = "miniimagenet_conv4"}, {3, 84, 84}, 5, Loss::kCrossEntropy);
  const auto learner = make_learner(spec);
  const auto params = learner->init(Rng(1, Stream::kInit));
  const std::vector<float> pictures(40 * 3 * 84 * 84, 0.5f);
  const Examples support{.rows = pictures, .count = 40};
  const Examples query{.rows = std::span(pictures).first(21168), .count = 1};
  const auto score = [&] {
    const CountAllocations counter;
    for (const auto mode :
         {NormMode::kTransductive, NormMode::kSupportPlusOne, NormMode::kSupport}) {
      (void)learner->predict(params, query, {.mode = mode, .support = support});
    }
    return counter.count();
  };
  const auto making = score();
  EXPECT_LT(score() * 10, making);  // the outputs and statistics alone, no plan
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
double resident_mb() {
  std::ifstream file("/proc/self/statm");
  long pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * 4096 / 1e6;
}

TEST(FusedPlans, PredictingManyLargePicturesTakesBoundedMemory) {
  const auto spec =
      make_model({.model = "miniimagenet_conv4"}, {3, 84, 84}, 5, Loss::kCrossEntropy);
  const auto learner = make_learner(spec);
  const auto params = learner->init(Rng(1, Stream::kInit));
  const std::vector<float> pictures(1000 * 3 * 84 * 84, 0.5f);
  const auto rows = [&](std::int64_t count) {
    return Examples{.rows = std::span(pictures).first(static_cast<std::size_t>(count) * 21168),
                    .count = count};
  };
  const NormRows frozen{.mode = NormMode::kSupport, .support = rows(5)};
  const double before = resident_mb();
  double most = 0;
  for (const std::int64_t count : {180, 190, 200, 1000}) {
    (void)learner->predict(params, rows(count), frozen);
    most = std::max(most, resident_mb());
  }
  EXPECT_LT(most - before, 150);  // one plan for all 1,000 rows would take 1,666 MB
}
#endif

TEST_P(EngineOfPlans, FrozenKeepsTheSecondMomentAndTheStepCount) {
  const Images images;
  const auto learner = make();
  auto state = initial_state(*learner);
  state.meta.second_moment.assign(113221, 1e-4f);
  state.meta.adam_steps = 1000;
  const auto before = state.meta;
  state = adapted(*learner, std::move(state), images.examples(), whole_support(3),
                  {.optimizer_state = OptimizerState::kFrozen});
  EXPECT_EQ(state.meta.second_moment, before.second_moment);
  EXPECT_EQ(state.meta.adam_steps, 1000);
  EXPECT_NE(state.meta.params, before.params);
}

TEST_P(EngineOfPlans, WeightDecayShrinksEveryParameterBeforeTheStep) {
  const Images images;
  const auto learner = make();
  auto state = initial_state(*learner);
  const auto before = state.meta.params;
  const auto gradient = learner->gradient(before, images.examples()).gradient;
  state = adapted(*learner, std::move(state), images.examples(), whole_support(1),
                  {.optimizer = Optimizer::kSgd, .lr = 0.5, .weight_decay = 0.25});
  for (std::size_t i = 0; i < before.size(); i += 997) {
    EXPECT_NEAR(state.meta.params[i], 0.75f * before[i] - 0.5f * gradient[i], 1e-5f);
  }
  EXPECT_TRUE(state.meta.second_moment.empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineOfPlans, testing::ValuesIn(engines_of_plans()),
                         [](const auto& info) { return std::string(enum_name(info.param)); });

}  // namespace
}  // namespace anole
