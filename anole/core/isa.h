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

// Runs `body` compiled for isa(): for plain loops over long arrays, which the compiler turns into
// vector code. The body is a lambda marked ANOLE_INLINE; what it calls must be inlined too.
#define ANOLE_INLINE __attribute__((always_inline))
#if defined(__x86_64__)
template <class Body>
__attribute__((target("avx2,fma"))) void run_for_avx2(Body body) {
  body();
}
template <class Body>
__attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512"))) void
run_for_avx512(Body body) {
  body();
}
#endif
template <class Body>
void run_for_isa(Body body) {
#if defined(__x86_64__)
  if (isa() == Isa::kAvx512) return run_for_avx512(body);
  if (isa() == Isa::kAvx2) return run_for_avx2(body);
#endif
  body();
}

// What the CPU calls itself, e.g. "AMD EPYC 9B14"; "unknown" where it does not say.
std::string cpu_name();

}  // namespace anole
