#include "anole/fused/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/fused/plan_builder.h"

namespace anole::fused {

std::string_view Plan::bf16_version() {
  const auto* const set = bf16_kernels();
  if (set == nullptr) {
    throw Error(
        "precision is bf16, but {}; set precision to fp32, or use a CPU that has one of AMX-BF16 "
        "and AVX512-BF16, with ANOLE_ISA unset",
        no_bf16_reason());
  }
  static const std::string version = fmt::format("{}, bf16 {}", kernel_version(), set->name);
  return version;
}

Plan::Plan(const ModelSpec& spec, int batch, PlanKind kind)
    : batch_(batch),
      kind_(kind),
      kernels_(kernels()),
      bf16_(kind == PlanKind::kTrainBf16 ? bf16_kernels() : nullptr) {
  ANOLE_CHECK(batch >= 1);
  ANOLE_CHECK(kind != PlanKind::kTrainBf16 || bf16_ != nullptr);
  PlanBuilder(*this, spec).build();
}

void Plan::load(ParamArray array, std::span<const float> flat) {
  float* const values = this->array(array).data();
  for (const auto& place : places_) {
    const float* const from = flat.data() + place.flat_offset;
    float* const to = values + place.offset;
    if (place.rows.empty()) {
      std::copy_n(from, place.flat_size, to);
    } else {
      kernels_.pack(place.pack, from, to);
    }
  }
}

void Plan::store(ParamArray array, std::span<float> flat) {
  const float* const values = this->array(array).data();
  for (const auto& place : places_) {
    const float* const from = values + place.offset;
    float* const to = flat.data() + place.flat_offset;
    if (place.rows.empty()) {
      std::copy_n(from, place.flat_size, to);
    } else {
      kernels_.unpack(place.pack, from, to);
    }
  }
}

std::span<float> Plan::array(ParamArray array) {
  ANOLE_CHECK(trains() || array == ParamArray::kParams);
  return {arrays_ + static_cast<std::size_t>(array) * array_floats_, array_floats_};
}

// Pixel by pixel, all rows side by side, so that the input is written front to back.
void Plan::set_rows(int first, std::span<const float* const> rows) {
  const auto& shape = input_.shape;
  const int channels = shape.channels, plane = shape.height * shape.width;
  for (int i = 0; i < plane; ++i) {
    float* const pixel =
        input_.start + i / shape.width * input_.line + i % shape.width * input_.pixel;
    if (input_.raw) {
      float* to = pixel + first * channels;
      for (const float* row : rows) {
        for (int c = 0; c < channels; ++c) *to++ = row[c * plane + i];
      }
      continue;
    }
    for (int c = 0; c < channels; ++c) {
      float* to = pixel + (c / kBlock * batch_ + first) * kBlock + c % kBlock;
      for (std::size_t r = 0; r < rows.size(); ++r, to += kBlock) *to = rows[r][c * plane + i];
    }
  }
}

void Plan::forward() {
  for (const auto& operation : forward_) operation.run();
}

void Plan::backward() {
  for (const auto& operation : backward_) operation.run();
}

std::string Plan::describe() const {
  std::string text =
      fmt::format("batch {}, {} kernels, arena {:.1f} MB, {} floats per parameter array\n", batch_,
                  bf16_ == nullptr ? kernels_.name : bf16_->name,
                  static_cast<double>(arena_.used()) / 1e6, array_floats_);
  for (const auto* operations : {&forward_, &backward_}) {
    for (const auto& operation : *operations) text += fmt::format("  {}\n", operation.name);
  }
  return text;
}

}  // namespace anole::fused
