#include "tests/engines/counting_allocator.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<bool> counting{false};
std::atomic<std::int64_t> allocations{0};
thread_local bool muted = false;
}  // namespace

void* operator new(std::size_t bytes) {
  if (counting && !muted) ++allocations;
  if (void* block = std::malloc(bytes != 0 ? bytes : 1)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {  // of std::stable_sort
  if (counting && !muted) ++allocations;
  return std::malloc(bytes != 0 ? bytes : 1);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace anole {

CountAllocations::CountAllocations() {
  allocations = 0;
  counting = true;
}
CountAllocations::~CountAllocations() { counting = false; }
std::int64_t CountAllocations::count() const { return allocations; }

MuteAllocations::MuteAllocations() { muted = true; }
MuteAllocations::~MuteAllocations() { muted = false; }

}  // namespace anole
