#include "tests/onednn/failing_onednn.h"

#include <dnnl.h>

namespace {
anole::OneDnnCall failing = anole::OneDnnCall::kNone;
}  // namespace

extern "C" {
dnnl_status_t __real_dnnl_primitive_create(dnnl_primitive_t* primitive,
                                           const_dnnl_primitive_desc_t description);
dnnl_status_t __wrap_dnnl_primitive_create(dnnl_primitive_t* primitive,
                                           const_dnnl_primitive_desc_t description) {
  if (failing == anole::OneDnnCall::kCreate) return dnnl_unimplemented;
  return __real_dnnl_primitive_create(primitive, description);
}
dnnl_status_t __real_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments);
dnnl_status_t __wrap_dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                            int count, const dnnl_exec_arg_t* arguments) {
  const auto call = count == 2 ? anole::OneDnnCall::kReorder : anole::OneDnnCall::kLayer;
  if (failing == call) return dnnl_out_of_memory;
  return __real_dnnl_primitive_execute(primitive, stream, count, arguments);
}
}

namespace anole {

FailingOneDnn::FailingOneDnn(OneDnnCall call) { failing = call; }
FailingOneDnn::~FailingOneDnn() { failing = OneDnnCall::kNone; }

}  // namespace anole
