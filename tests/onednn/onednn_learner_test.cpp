#include "anole/onednn/onednn_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include "anole/core/error.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/images.h"

namespace anole {
namespace {

TEST(OneDnnLearner, NamesOneDnnsVersion) {
  const auto learner = make_onednn_learner(omniglot_spec());
  EXPECT_EQ(learner->engine(), "onednn");
  EXPECT_EQ(learner->kernel_version(Precision::kFp32), onednn_version());
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
