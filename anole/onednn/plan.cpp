#include "anole/onednn/plan.h"

#include <omp.h>
#include <oneapi/dnnl/dnnl_debug.h>

#include <algorithm>
#include <mutex>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/text.h"
#include "anole/onednn/plan_builder.h"

namespace anole::onednn {
namespace {

// oneDNN may use no more than the chosen level; it accepts the limit only before its first
// primitive.
void limit_onednn_isa() {
#if defined(__x86_64__)
  static std::once_flag once;
  std::call_once(once, [] {
    if (isa() == Isa::kAvx2) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
    if (isa() == Isa::kBaseline) dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41);
  });
#endif
}

}  // namespace

std::string_view Plan::kernel_version() {
  static const std::string version = [] {
    const auto* v = dnnl_version();
    return fmt::format("oneDNN {}.{}.{}", v->major, v->minor, v->patch);
  }();
  return version;
}

Plan::ThreadScope::ThreadScope() : threads_(omp_get_max_threads()) {
  limit_onednn_isa();
  omp_set_num_threads(1);
}

Plan::ThreadScope::~ThreadScope() { omp_set_num_threads(threads_); }

Plan::Plan(const ModelSpec& spec, int batch, PlanKind kind) : batch_(batch), kind_(kind) {
  ANOLE_CHECK(batch >= 1);
  PlanBuilder(*this, spec).build();
}

Plan::~Plan() = default;

void Plan::convert(TensorPlace& place, ParamArray array, float* flat, bool to_flat) {
  float* const blocked = this->array(array).data() + place.offset;
  if (!place.blocked) {
    if (to_flat) {
      std::copy_n(blocked, place.flat_size, flat);
    } else {
      std::copy_n(flat, place.flat_size, blocked);
    }
    return;
  }
  place.flat_memory.set_data_handle(flat);
  place.blocked_memory.set_data_handle(blocked);
  auto& from = to_flat ? place.blocked_memory : place.flat_memory;
  auto& to = to_flat ? place.flat_memory : place.blocked_memory;
  auto& reorder = to_flat ? place.to_flat : place.to_blocked;
  try {
    reorder.execute(stream_, from, to);
  } catch (const dnnl::error& error) {
    throw Error("oneDNN failed to reorder the params: {}; use engine fused", error.what());
  }
}

void Plan::load(ParamArray array, std::span<const float> flat) {
  for (auto& place : places_) {
    // oneDNN's memory objects take mutable pointers; the source of a reorder is only read.
    convert(place, array, const_cast<float*>(flat.data()) + place.flat_offset, false);
  }
}

void Plan::store(ParamArray array, std::span<float> flat) {
  for (auto& place : places_) convert(place, array, flat.data() + place.flat_offset, true);
}

std::span<float> Plan::array(ParamArray array) {
  ANOLE_CHECK(kind_ == PlanKind::kTrain || array == ParamArray::kParams);
  return {floats(arrays_) + static_cast<std::size_t>(array) * array_floats_, array_floats_};
}

void Plan::set_rows(int first, std::span<const float* const> rows) {
  float* to = floats(input_) + static_cast<std::size_t>(first) * row_floats_;
  for (const float* row : rows) to = std::copy_n(row, row_floats_, to);
}

std::span<const float> Plan::output() { return {floats(output_), output_floats_}; }
std::span<float> Plan::output_gradient() {
  ANOLE_CHECK(kind_ == PlanKind::kTrain);
  return {floats(output_gradient_), output_floats_};
}
std::span<float> Plan::statistics() { return {floats(statistics_), statistics_floats_}; }

void Plan::run(std::vector<Operation>& operations) {
  for (auto& operation : operations) {
    if (operation.own) {
      operation.own();
      continue;
    }
    // The C entry point takes the arguments as they are; the C++ one would build a map per call.
    const auto status = dnnl_primitive_execute(operation.primitive.get(), stream_.get(),
                                               static_cast<int>(operation.arguments.size()),
                                               operation.arguments.data());
    if (status == dnnl_success) continue;
    throw Error("oneDNN failed at '{}': {}; use engine fused", operation.name,
                dnnl_status2str(status));
  }
}

void Plan::forward() { run(forward_); }
void Plan::backward() { run(backward_); }

std::string Plan::describe() const {
  const auto bytes_text = [](std::size_t bytes) {
    return with_commas(static_cast<std::int64_t>(bytes));
  };
  const std::size_t arrays = (kind_ == PlanKind::kTrain ? 4 : 1) * array_floats_ * sizeof(float);
  const std::vector<std::vector<std::string>> uses{
      {"parameters", bytes_text(arrays)},
      {"activations and gradients", bytes_text(arena_bytes() - arrays - scratch_bytes_)},
      {"scratchpad", bytes_text(scratch_bytes_)}};
  std::vector<std::vector<std::string>> rows;
  for (const auto* operations : {&forward_, &backward_}) {
    for (const auto& operation : *operations) {
      rows.push_back({operation.name, operation.own ? "anole" : operation.implementation,
                      bytes_text(operation.bytes)});
    }
  }
  return fmt::format(
      "A batch of {} by {} takes {} bytes:\n\n{}\nIts primitives and the bytes that they "
      "touch:\n\n{}",
      batch_, kernel_version(), bytes_text(arena_bytes()), table(uses, "lr"), table(rows, "llr"));
}

}  // namespace anole::onednn
