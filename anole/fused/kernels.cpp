#include "anole/fused/kernels.h"

#include "anole/core/isa.h"

namespace anole::fused {

const Kernels& kernels() {
#if defined(__x86_64__)
  switch (isa()) {
    case Isa::kAvx512:
      return kKernelsAvx512;
    case Isa::kAvx2:
      return kKernelsAvx2;
    case Isa::kBaseline:
      break;
  }
#endif
  return kKernelsBaseline;
}

}  // namespace anole::fused
