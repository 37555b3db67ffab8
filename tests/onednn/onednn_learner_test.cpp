#include "anole/onednn/onednn_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include "anole/core/error.h"
#include "tests/adapt/adapted.h"
#include "tests/fused/counting_allocator.h"
#include "tests/fused/images.h"

namespace anole {
namespace {

TEST(OneDnnLearner, LearnsTheSupportRowsByHeart) {
  const Images images;
  const auto learner = make_onednn_learner(omniglot_spec());
  const auto state =
      adapted(*learner, initial_state(*learner), images.examples(), whole_support(50));
  EXPECT_LT(state.loss, 0.05);
  EXPECT_EQ(learner->engine(), "onednn");
  EXPECT_EQ(learner->kernel_version(Precision::kFp32), onednn_version());
}

TEST(OneDnnLearner, StepsAllocateNothingOutsideOneDnn) {
  const Images images;
  const auto learner = make_onednn_learner(omniglot_spec());
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

TEST(OneDnnLearner, LeavesTheCallersOpenMpSettingAlone) {
  const Images images;
  omp_set_num_threads(3);
  const auto learner = make_onednn_learner(omniglot_spec());
  adapted(*learner, initial_state(*learner), images.examples(), whole_support(1));
  EXPECT_EQ(omp_get_max_threads(), 3);
}

TEST(OneDnnLearner, DescribesThePrimitivesOfAnInnerStep) {
  const auto text = describe_onednn_plan(omniglot_spec(), 10, Precision::kFp32);
  EXPECT_THAT(text, testing::HasSubstr("A batch of 10 by oneDNN "));
  EXPECT_THAT(text, testing::HasSubstr("\n  conv4 backward weights "));
}

TEST(OneDnnLearner, HasNoPlanOfBf16) {
  EXPECT_THROW(describe_onednn_plan(omniglot_spec(), 10, Precision::kBf16), Error);
}

}  // namespace
}  // namespace anole
