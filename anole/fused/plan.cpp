#include "anole/fused/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/isa.h"
#include "anole/core/text.h"
#include "anole/fused/plan_builder.h"

namespace anole::fused {
namespace {

std::string bytes_text(std::size_t bytes) { return with_commas(static_cast<std::int64_t>(bytes)); }

using Rows = std::vector<std::vector<std::string>>;

// What each operation writes, then what none of them does: the input and the loss's gradient.
Rows written(const Plan& plan) {
  const auto buffers = plan.buffers();
  Rows rows;
  std::vector<bool> seen(buffers.size());
  for (const auto& part : {plan.forward_operations(), plan.backward_operations()}) {
    for (const auto& operation : part) {
      std::string name = operation.name;
      for (const auto index : operation.writes) {
        rows.push_back(
            {std::exchange(name, ""), buffers[index].name, bytes_text(buffers[index].bytes)});
        seen[index] = true;
      }
    }
  }
  std::string name = "written by the learner";
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (seen[i] || buffers[i].use == Plan::Use::kParameters) continue;
    rows.push_back({std::exchange(name, ""), buffers[i].name, bytes_text(buffers[i].bytes)});
  }
  return rows;
}

}  // namespace

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
  std::size_t sums[3] = {};
  for (const auto& buffer : buffers_) sums[static_cast<std::size_t>(buffer.use)] += buffer.bytes;
  const Rows uses{
      {"parameters", trains() ? "params, gradient and two moments" : "params", bytes_text(sums[0])},
      {"activations", "the input, results of layers", bytes_text(sums[1])},
      {"scratch", "gradients by results, what an operation needs meanwhile", bytes_text(sums[2])}};
  return fmt::format(
      "A batch of {} by {} kernels takes {} bytes:\n\n{}\nWhat its operations write:\n\n{}", batch_,
      bf16_ == nullptr ? kernels_.name : bf16_->name, bytes_text(arena_bytes()), table(uses, "llr"),
      table(written(*this), "llr"));
}

}  // namespace anole::fused
