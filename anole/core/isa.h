#pragma once

// The instruction-set level that kernels use. Chosen once, at first use: the best the CPU has, or a
// lower one named by the environment variable ANOLE_ISA (baseline, avx2 or avx512). The promise of
// equal bits holds within one level.

#include <string>
#include <string_view>

namespace anole {

enum class Isa { kBaseline, kAvx2, kAvx512 };  // kBaseline: SSE4.1 on x86-64, Neon on aarch64

// Throws Error if ANOLE_ISA names an unknown level or one that the CPU lacks.
Isa isa();
std::string_view isa_name(Isa isa);

// What the CPU calls itself, e.g. "AMD EPYC 9B14"; "unknown" where it does not say.
std::string cpu_name();

}  // namespace anole
