#pragma once

// Counts the allocations of every thread while an instance lives, those made inside oneDNN's
// primitives left out (the linker wraps dnnl_primitive_execute to mute them).

#include <cstdint>

namespace anole {

class CountAllocations {
 public:
  CountAllocations();
  ~CountAllocations();
  std::int64_t count() const;
};

}  // namespace anole
