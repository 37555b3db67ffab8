#pragma once

// The instruction-set level that kernels use. Chosen once, at first use: the best the CPU has, or a
// lower one named by the environment variable ANOLE_ISA (baseline, avx2, avx512 or avx512_bf16, the
// last two alike but for bfloat16, see below). The promise of equal bits holds within one level.

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
// The instructions for products of bfloat16, which come on top of kAvx512: AMX where the CPU has it
// and the kernel lets this process use it, else AVX512-BF16, else none. An Intel core does
// some twenty times the products with AMX. With ANOLE_ISA=avx512_bf16 AMX is not used.
enum class Bf16Isa { kNone, kAvx512, kAmx };

// Throws Error as isa() does.
Bf16Isa bf16_isa();
// Whether the CPU has AMX for bfloat16 and this process may use it, whatever ANOLE_ISA says.
bool amx_usable();
// Why bf16_isa() is kNone, e.g. "this CPU has neither AMX-BF16 nor AVX512-BF16".
std::string no_bf16_reason();

// What the CPU calls itself, e.g. "AMD EPYC 9B14"; "unknown" where it does not say.
std::string cpu_name();

}  // namespace anole
