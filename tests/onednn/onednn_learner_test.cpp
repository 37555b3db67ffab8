#include "anole/onednn/onednn_learner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include "anole/core/error.h"
#include "tests/adapt/adapted.h"
#include "tests/engines/images.h"
#include "tests/onednn/failing_onednn.h"

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

// What a call of the learner says when oneDNN fails at it.
std::string message_of(Learner& learner, OneDnnCall call) {
  const Images images;
  const auto params = learner.init(Rng(1, Stream::kInit));
  const FailingOneDnn failing(call);
  try {
    (void)learner.gradient(params, images.examples());
  } catch (const Error& error) {
    return error.what();
  }
  return "no Error";
}

TEST(OneDnnLearner, SaysWhichLayerOneDnnCannotMake) {
  const auto learner = make_onednn_learner(omniglot_spec());
  EXPECT_EQ(message_of(*learner, OneDnnCall::kCreate),
            "model 'omniglot_conv4', layer 'conv1': oneDNN cannot run it on a batch of 10: could "
            "not create a primitive; use engine fused");
}

TEST(OneDnnLearner, SaysAtWhichOperationOneDnnFails) {
  const auto learner = make_onednn_learner(omniglot_spec());
  const Images images;
  const auto params = learner->init(Rng(1, Stream::kInit));
  (void)learner->gradient(params, images.examples());  // makes the plan
  EXPECT_EQ(message_of(*learner, OneDnnCall::kReorder),
            "oneDNN failed to reorder the params: could not execute a primitive; use engine fused");
  EXPECT_EQ(message_of(*learner, OneDnnCall::kLayer),
            "oneDNN failed at 'conv1 forward': out_of_memory; use engine fused");
  EXPECT_EQ(message_of(*learner, OneDnnCall::kNone), "no Error");
}

}  // namespace
}  // namespace anole
