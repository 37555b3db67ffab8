#include "anole/fused/plan.h"

#include <algorithm>

#include "anole/core/error.h"
#include "anole/fused/plan_builder.h"

namespace anole::fused {

Plan::Plan(const ModelSpec& spec, int batch, PlanKind kind)
    : batch_(batch), kind_(kind), stream_(cpu()) {
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
  reorder.execute(stream_, from, to);
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

std::span<float> Plan::input() { return {floats(input_), input_floats_}; }
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
    ANOLE_CHECK(status == dnnl_success);
  }
}

void Plan::forward() { run(forward_); }
void Plan::backward() { run(backward_); }

std::string Plan::describe() const {
  std::string text = fmt::format("batch {}, arena {:.1f} MB, {} floats per parameter array\n",
                                 batch_, static_cast<double>(arena_.size()) / 1e6, array_floats_);
  for (const auto* operations : {&forward_, &backward_}) {
    for (const auto& operation : *operations) {
      text += fmt::format("  {:<32} {}\n", operation.name,
                          operation.own ? std::string("anole") : operation.implementation);
    }
  }
  return text;
}

}  // namespace anole::fused
