// What a build without oneDNN says where its engine is asked for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anole/make_learner.h"
#include "tests/engines/cases.h"
#include "tests/error_of.h"

namespace anole {
namespace {

constexpr const char* kAbsent =
    "engine onednn: this build of anole has no oneDNN; use engine fused, or build with package "
    "libdnnl-dev and -DANOLE_ONEDNN=ON";

TEST(WithoutOneDnn, TheEngineIsRefusedWithTheWayToGetIt) {
  const auto spec = cases::small_zoo_cases()[0].spec;
  EXPECT_EQ(error_of([&] { make_learner(spec, Engine::kOneDnn); }), kAbsent);
  EXPECT_EQ(error_of([&] { describe_plan(spec, 5, Precision::kFp32, Engine::kOneDnn); }), kAbsent);
}

TEST(WithoutOneDnn, TheOtherEnginesAreBuilt) {
  EXPECT_THAT(built_engines(), testing::ElementsAre(Engine::kFused, Engine::kReference));
}

}  // namespace
}  // namespace anole
