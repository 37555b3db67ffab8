// The kernels for AVX-512 (F, BW, DQ, VL); CMakeLists.txt sets the compiler's flags.
#define ANOLE_LANES 16
#define ANOLE_KERNELS_NAME "avx512"
#include "anole/fused/kernels/kernels.inl"

namespace anole::fused {
const Kernels kKernelsAvx512 = kKernels;
}  // namespace anole::fused
