#pragma once

// The ceiling: how many floating-point operations a second this machine's cores can do at all.
// Independent chains of fused multiply-adds in registers, at the widest instruction set that the
// CPU has (whatever ANOLE_ISA says), on threads of their own, each pinned to a core. Latency times
// throughput of today's FMA units is 8 to 10 (2 units x 4 to 5 cycles; 4 x 4 on some aarch64), so
// 12 to 16 chains keep them all busy.

#include <optional>
#include <string_view>

#include "anole/adapt/learner.h"

namespace anole::bench {

struct PeakOptions {
  int threads = 1;     // one on each of that many cores, all at once; at least 1
  double seconds = 1;  // of one run
  int runs = 5;
};

// GFLOP/s of all threads together, the best of the runs; nothing if the CPU has no such
// instruction. kBf16: products of bfloat16 added to float32. An FMA counts 2. Of more threads than
// cores, the rest stays idle.
std::optional<double> fma_peak(Precision precision, const PeakOptions& options);

// "AVX-512", "AVX2", "SSE", "Neon", "AMX-BF16", "AVX-512 BF16"; empty if the CPU has none.
std::string_view fma_instructions(Precision precision);

}  // namespace anole::bench
