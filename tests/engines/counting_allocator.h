#pragma once

// Counts the allocations of every thread while an instance lives.

#include <cstdint>

namespace anole {

class CountAllocations {
 public:
  CountAllocations();
  ~CountAllocations();
  std::int64_t count() const;
};

// Leaves out those of this thread while an instance lives.
class MuteAllocations {
 public:
  MuteAllocations();
  ~MuteAllocations();
};

}  // namespace anole
