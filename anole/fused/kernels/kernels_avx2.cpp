// The kernels for AVX2 with FMA; CMakeLists.txt sets the compiler's flags.
#define ANOLE_LANES 8
#define ANOLE_KERNELS_NAME "avx2"
#include "anole/fused/kernels/kernels.inl"

namespace anole::fused {
const Kernels kKernelsAvx2 = kKernels;
}  // namespace anole::fused
