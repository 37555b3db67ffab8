#include "tests/fused/counting_allocator.h"

#include <dnnl.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<bool> counting{false};
std::atomic<std::int64_t> allocations{0};
thread_local bool inside_onednn = false;
}  // namespace

void* operator new(std::size_t bytes) {
  if (counting && !inside_onednn) ++allocations;
  if (void* block = std::malloc(bytes != 0 ? bytes : 1)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

extern "C" {
dnnl_status_t __real_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments);
dnnl_status_t __wrap_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments) {
  inside_onednn = true;
  const auto status = __real_dnnl_primitive_execute(primitive, stream, count, arguments);
  inside_onednn = false;
  return status;
}
}

namespace anole {

CountAllocations::CountAllocations() {
  allocations = 0;
  counting = true;
}
CountAllocations::~CountAllocations() { counting = false; }
std::int64_t CountAllocations::count() const { return allocations; }

}  // namespace anole
