// The linker sends every call of dnnl_primitive_execute here: what oneDNN allocates is not ours.
#include <dnnl.h>

#include "tests/engines/counting_allocator.h"

extern "C" {
dnnl_status_t __real_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments);
dnnl_status_t __wrap_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments) {
  const anole::MuteAllocations mute;
  return __real_dnnl_primitive_execute(primitive, stream, count, arguments);
}
}
