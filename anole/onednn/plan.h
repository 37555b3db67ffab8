#pragma once

// One network at one batch size as a list of oneDNN primitives over one arena. Shapes are known, so
// everything is made once; a step only executes.
//
// Rules:
// 1. Create and run a plan inside a WorkerScope (core/parallel.h) and a ThreadScope: oneDNN bakes
//    the number of OpenMP threads into backward-weights when it is created.
// 2. Parameters, gradient and moments lie in oneDNN's layouts at the same offsets in four arrays:
//    the optimiser is one pass, and `load` and `store` convert at the border.
// 3. Nothing of ours is allocated after the constructor.
//
// Rewrites, all exact: batch-norm + ReLU are one primitive; batch-norm, max-pool, ReLU runs as
// batch-norm + ReLU, max-pool (they commute, and so do their gradients); flatten before a linear
// layer is folded into the order of its weights; a bias that feeds a batch-norm is neither added
// nor differentiated, for the batch mean takes it out again.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "anole/adapt/plan_learner.h"
#include "anole/models/model_spec.h"
#include "anole/onednn/arena.h"
#include "anole/onednn/primitives.h"

namespace anole::onednn {

class Plan {
 public:
  // Throws Error if the spec is not a network. `batch` >= 1.
  Plan(const ModelSpec& spec, int batch, PlanKind kind);
  ~Plan();

  static std::string_view engine() { return "onednn"; }
  static std::string_view kernel_version();  // "oneDNN 2.6.3"
  // One OpenMP thread for what the calling thread creates and runs meanwhile.
  class ThreadScope {
   public:
    ThreadScope();
    ~ThreadScope();
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

   private:
    int threads_;  // before
  };

  // Between the flat order of the ModelSpec [P] and the plan's layouts.
  void load(ParamArray array, std::span<const float> flat);
  void store(ParamArray array, std::span<float> flat);
  // A whole array, padding included (always 0); the same length for all four.
  std::span<float> array(ParamArray array);

  // Rows `first`, first + 1, … of the input, [C, H, W] each.
  void set_rows(int first, std::span<const float* const> rows);
  std::span<const float> output();     // [B, N or D]
  std::span<float> output_gradient();  // [B, N or D]; kTrain only
  // Mean and variance of every batch-norm, in layer order: results of a forward pass, inputs if
  // frozen.
  std::span<float> statistics();
  static std::size_t norm_width(int channels) {  // whole cache lines
    return (static_cast<std::size_t>(channels) + 15) / 16 * 16;
  }

  void forward();
  void backward();  // output_gradient() -> array(kGradient)

  std::size_t arena_bytes() const { return arena_.size(); }
  // For people: memory by use, then what runs: name, implementation, bytes of all its arguments.
  std::string describe() const;

 private:
  friend class PlanBuilder;

  // One thing a step does: a primitive with its arguments, or code of ours.
  struct Operation {
    std::string name;            // "conv2 backward data"
    std::string implementation;  // oneDNN's name for it
    dnnl::primitive primitive;   // empty for code of ours
    std::vector<dnnl_exec_arg_t> arguments;
    std::function<void()> own;
    std::size_t bytes = 0;  // of its arguments, read or written, and its scratchpad
  };
  // Where a parameter tensor lies in the four arrays, and in which layout.
  struct TensorPlace {
    std::size_t flat_offset = 0, flat_size = 0;
    std::size_t offset = 0;  // floats into an array
    bool blocked = false;    // the layout differs from row-major
    dnnl::reorder to_blocked, to_flat;
    dnnl::memory flat_memory, blocked_memory;
    std::size_t scratch = 0;
  };

  void run(std::vector<Operation>& operations);
  void convert(TensorPlace& place, ParamArray array, float* flat, bool to_flat);
  float* floats(std::size_t offset) const { return reinterpret_cast<float*>(arena_.at(offset)); }

  int batch_ = 0;
  PlanKind kind_;
  Arena arena_;
  dnnl::stream stream_;
  std::vector<Operation> forward_, backward_;
  std::vector<TensorPlace> places_;
  std::vector<dnnl::memory> memories_;  // keeps every argument alive
  std::size_t array_floats_ = 0;        // length of one parameter array
  std::size_t arrays_ = 0;              // offset of the first
  std::size_t input_ = 0, row_floats_ = 0;
  std::size_t output_ = 0, output_gradient_ = 0, output_floats_ = 0;
  std::size_t statistics_ = 0, statistics_floats_ = 0;
  std::size_t scratch_ = 0, scratch_bytes_ = 0;
};

}  // namespace anole::onednn
