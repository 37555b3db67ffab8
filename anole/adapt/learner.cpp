#include "anole/adapt/learner.h"

#include "anole/core/error.h"

namespace anole {

std::string_view Learner::kernel_version(Precision precision) const {
  if (precision == Precision::kFp32) return {};
  throw Error(
      "precision is bf16, but the engine is {}, which computes in fp32 alone; leave precision out "
      "or set it to fp32, or use engine fused",
      engine());
}

}  // namespace anole
