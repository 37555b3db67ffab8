#include "anole/fused/kernels/kernels.h"

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

const Bf16Kernels* bf16_kernels() {
#if defined(__x86_64__)
  switch (bf16_isa()) {
    case Bf16Isa::kAmx:
      return &kKernelsAmx;
    case Bf16Isa::kAvx512:
      return &kKernelsAvx512Bf16;
    case Bf16Isa::kNone:
      break;
  }
#endif
  return nullptr;
}

}  // namespace anole::fused
