#include "bench/fma_peak.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cmath>

namespace anole::bench {
namespace {

constexpr PeakOptions kShort{.threads = 1, .seconds = 1e-3, .runs = 1};

TEST(FmaPeak, EveryCpuHasOneInFp32) {
  EXPECT_FALSE(fma_instructions(Precision::kFp32).empty());
  const double peak = fma_peak(Precision::kFp32, kShort).value();
  EXPECT_TRUE(std::isfinite(peak));
  EXPECT_GT(peak, 0);
}

TEST(FmaPeak, Bf16IsThereJustIfTheCpuHasInstructions) {
  EXPECT_EQ(fma_peak(Precision::kBf16, kShort).has_value(),
            !fma_instructions(Precision::kBf16).empty());
}

TEST(FmaPeak, MoreThreadsThanCoresAreTaken) {
  EXPECT_GT(fma_peak(Precision::kFp32, {.threads = 5000, .seconds = 1e-3, .runs = 1}).value(), 0);
}

TEST(FmaPeak, LeavesTheCallersCoresAsTheyAre) {
  cpu_set_t before, after;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  fma_peak(Precision::kFp32, kShort);
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

}  // namespace
}  // namespace anole::bench
