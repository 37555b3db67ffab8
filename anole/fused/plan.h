#pragma once

// One network at one batch size as a list of operations over one arena. Shapes are known, so
// everything is prepared once; a step only executes. The layout of activations and weights, and the
// loops, are in kernels.h; docs/fused-engine.md tells how they came to be.
//
// Rules:
// 1. Run a plan inside a WorkerScope (core/parallel.h), which flushes denormals.
// 2. Parameters, gradient and moments lie in the layout of the weights at the same offsets in four
//    arrays: the optimiser is one pass, and `load` and `store` convert at the border.
// 3. Nothing is allocated after the constructor.
//
// Rewrites, all exact: batch-norm + ReLU are one operation; batch-norm, max-pool, ReLU runs as
// batch-norm + ReLU, max-pool (they commute, and so do their gradients); flatten before a linear
// layer is folded into the order of its weights, so that a linear layer is a convolution with one
// output pixel; a bias that feeds a batch-norm is neither added nor differentiated, for the batch
// mean takes it out again.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/adapt/plan_learner.h"
#include "anole/fused/arena.h"
#include "anole/fused/kernels/kernels.h"
#include "anole/models/model_spec.h"

namespace anole::fused {

class Plan {
 public:
  static std::string_view engine() { return "fused"; }
  // Changes when a change of the kernels changes bits.
  static std::string_view kernel_version() { return "anole 1"; }
  // The same with products of bfloat16. Throws Error if there are no instructions for them.
  static std::string_view bf16_version();
  struct ThreadScope {};

  // Throws Error if the spec is not a network, or a layer's result for the whole batch has 2^31
  // numbers or more, counting its channels in whole blocks. `batch` >= 1.
  Plan(const ModelSpec& spec, int batch, PlanKind kind);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  // Between the flat order of the ModelSpec [P] and the plan's layout.
  void load(ParamArray array, std::span<const float> flat);
  void store(ParamArray array, std::span<float> flat);
  // A whole array, padding included (always 0); the same length for all four.
  std::span<float> array(ParamArray array);

  // Rows `first`, first + 1, … of the input, [C, H, W] each.
  void set_rows(int first, std::span<const float* const> rows);
  std::span<const float> output() const { return output_; }        // [B, N or D]
  std::span<float> output_gradient() { return output_gradient_; }  // [B, N or D]; kTrain only
  // Mean and variance of every batch-norm, in layer order: results of a forward pass, inputs if
  // frozen.
  std::span<float> statistics() { return statistics_; }
  static std::size_t norm_width(int channels) {  // whole blocks
    return static_cast<std::size_t>((channels + kBlock - 1) / kBlock * kBlock);
  }

  void forward();
  void backward();  // output_gradient() -> array(kGradient)

  // A part of the arena. Every byte of it belongs to one buffer.
  enum class Use {
    kParameters,   // the four arrays, tensor by tensor
    kActivations,  // the input, results of layers, and what else backward reads of forward
    kScratch,      // gradients by results, and what an operation needs while it runs
  };
  struct Buffer {
    std::string name;  // "conv2 result"; "shared 1" where operations take turns
    Use use = Use::kActivations;
    const float* start = nullptr;
    std::size_t bytes = 0;  // whole cache lines
  };
  std::span<const Buffer> buffers() const { return buffers_; }

  // What a pass runs, in order. Run alone, an operation finds what the last pass left.
  struct Operation {
    std::string name;  // "conv2 gradient by input"
    std::function<void()> run;
    std::vector<std::size_t> writes;  // indices of buffers()
  };
  std::span<const Operation> forward_operations() const { return forward_; }
  std::span<const Operation> backward_operations() const { return backward_; }

  std::size_t arena_bytes() const { return arena_.used(); }
  // For people: the bytes of each use, then every operation with the buffers that it writes.
  std::string describe() const;

 private:
  friend class PlanBuilder;

  bool trains() const { return kind_ == PlanKind::kTrain || kind_ == PlanKind::kTrainBf16; }

  // Where a parameter tensor lies in the four arrays; weights have rows, vectors are as they are.
  struct TensorPlace {
    std::size_t flat_offset = 0, flat_size = 0;
    std::size_t offset = 0;          // floats into an array
    Pack pack = {};                  // of weights
    std::vector<std::int32_t> rows;  // pack.rows; empty for vectors
  };
  // Where pixel [c, h, w] of a row lies: start + c * channel … for blocks of channels, see
  // set_rows.
  struct Input {
    float* start = nullptr;  // pixel 0, 0 of row 0
    Shape shape = {};
    std::ptrdiff_t line = 0, pixel = 0;  // floats from line to line, pixel to pixel
    bool raw = false;
  };

  const int batch_;
  const PlanKind kind_;
  const Kernels& kernels_;
  const Bf16Kernels* const bf16_;  // null unless kTrainBf16
  Arena arena_;
  std::vector<Buffer> buffers_;
  std::vector<Operation> forward_, backward_;
  std::vector<TensorPlace> places_;
  std::size_t array_floats_ = 0;  // length of one parameter array
  float* arrays_ = nullptr;
  Input input_;
  std::span<float> output_, output_gradient_, statistics_;
};

}  // namespace anole::fused
