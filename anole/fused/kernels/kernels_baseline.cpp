// The kernels for the least that the platform has: SSE on x86-64, Neon on aarch64; CMakeLists.txt
// sets the compiler's flags.
#define ANOLE_LANES 4
#define ANOLE_KERNELS_NAME "baseline"
#include "anole/fused/kernels/kernels.inl"

namespace anole::fused {
const Kernels kKernelsBaseline = kKernels;
}  // namespace anole::fused
