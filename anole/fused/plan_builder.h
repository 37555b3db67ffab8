#pragma once

// Turns a ModelSpec into a Plan. The walk over the layers emits forward operations at once and
// keeps one closure per layer for the backward ones, run in reverse when the output is reached.
// Operations hold addresses in the plan's arena, which gives them out at once.
// plan_builder.cpp has the walk, the parameters and the output; plan_products.cpp convolutions and
// linear layers; plan_norms.cpp normalisation and pooling.

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "anole/fused/plan.h"
#include "anole/fused/windows.h"

namespace anole::fused {

// Channels rounded up to whole blocks.
inline int padded(int channels) { return (channels + kBlock - 1) / kBlock * kBlock; }

inline bool has_weights(LayerKind kind) {
  return kind == LayerKind::kConv2d || kind == LayerKind::kLinear;
}

class PlanBuilder {
 public:
  PlanBuilder(Plan& plan, const ModelSpec& spec);
  void build();

 private:
  // What a layer reads, and its place in the layout.
  struct Value {
    float* data = nullptr;
    Shape shape = {};
    bool raw = false;             // the padded input [H][W][N][C]; else blocks of 16 channels
    bool differentiable = false;  // whether a gradient has to flow back to it
    std::shared_ptr<const Value> of_raw = {};  // the raw input of the layer that made it
    const float* bf16_source = nullptr;        // the same for the gradient by bfloat16 weights
  };
  struct Buffer {
    float* data = nullptr;
    std::size_t floats = 0;
  };
  // Takes the gradient of a layer's result, emits its backward operations and returns the gradient
  // of its input, or nothing where no gradient is wanted.
  using Backward = std::function<std::optional<Buffer>(Buffer)>;
  struct LayerBackward {
    std::string layer;
    Backward emit;
  };
  // A convolution, or a linear layer as one: its window and its place among the parameters.
  struct Weights {
    Window window;
    int channels_in = 0, channels_out = 0;  // padded; channels_in is C for a raw input
    float* weights = nullptr;
    float* gradient = nullptr;
    float* bias = nullptr;  // null: none, or dead
    float* bias_gradient = nullptr;
    bool bf16 = false;  // products of bfloat16
    int rows() const { return window.taps() * channels_in; }
  };
  // What a product reads: floats as they are, or words of bfloat16.
  struct Operands {
    const float* source = nullptr;
    const float* weights = nullptr;
    std::ptrdiff_t pixel = 0;  // floats or words of a source pixel
    int blocks = 0;            // of a source pixel
    int tap_rows = 0;          // weight rows of a tap
  };

  struct NormTail;
  struct RawGradientJob {
    std::vector<Run> runs;
    std::vector<std::ptrdiff_t> offsets;
    RawWeightGradient work;
  };

  void check_sizes() const;
  void place_params();
  void place_weights(std::size_t index);
  void name_arrays();
  void name_statistics();
  void prepare_input();
  void add_layer(std::size_t index);
  void add_weights(std::size_t index);
  void add_batch_norm(std::size_t index);
  void add_norm_pool(std::size_t index, const Value& input, const NormForward& norm,
                     const NormTail& tail);
  void emit_norm_pool_into_raw(std::size_t index, const Value& input,
                               const NormPoolBackward& backward, const NormTail& tail);
  void add_group_norm(std::size_t index);
  void add_eltwise(LayerKind kind);
  void add_max_pool(std::size_t index);
  void add_flatten(std::size_t index);
  void finish_output();

  void emit_product(const Value& input, const Weights& weights, float* result);
  Operands operands(const Value& input, const Weights& weights);
  Operands bf16_operands(const Value& input, const Weights& weights);
  Measure measure_of(const Value& value);
  void emit_weight_gradient(const Value& input, const Weights& weights, const float* gradient);
  void emit_raw_weight_gradient(const Value& input, const Weights& weights, const float* gradient);
  std::shared_ptr<const RawGradientJob> raw_weight_gradient(const Value& input, const Weights& w,
                                                            const float* gradient, int first,
                                                            int last) const;
  void emit_bf16_source(Value& input);
  void emit_bf16_weight_gradient(const Value& input, const Weights& weights, const float* gradient);
  Buffer emit_input_gradient(const Value& input, const Weights& weights, const float* gradient);
  Operands transposed_operands(const Weights& weights, const float* gradient);
  Operands bf16_transposed_operands(const Weights& weights, const float* gradient);

  bool train() const { return plan_.trains(); }
  bool reads_raw_input() const;
  NormTail norm_tail(std::size_t norm_index);
  NormBackward norm_backward(std::size_t index, const NormForward& forward, float* gradient) const;
  Window window(std::size_t index) const;
  Weights weights_of(std::size_t index) const;

  int blocks(int channels) const { return (channels + kBlock - 1) / kBlock; }
  std::ptrdiff_t pixel_floats(const Shape& shape) const;
  std::size_t floats(const Shape& shape) const;  // of a value in blocks
  Extent extent(const Shape& shape) const;
  // A part of the arena for the layer that is being added, named "<layer> <what>".
  float* new_floats(std::string_view what, Plan::Use use, std::size_t floats);
  void name_buffer(std::string name, Plan::Use use, const float* start, std::size_t floats);
  Value new_value(const Shape& shape, std::string_view what = "result");
  Buffer new_shared(std::size_t floats);
  Buffer acquire(std::size_t floats);  // may reuse what was released
  void release(const Buffer& buffer) { free_.push_back(buffer); }
  float* scratch(std::size_t floats);  // until release_scratch
  void release_scratch();
  float* tensor(int index, ParamArray array = ParamArray::kParams) const;

  // `writes`: addresses in the buffers that the operation writes; null ones are left out.
  void emit(std::vector<Plan::Operation>& out, std::string_view what,
            std::initializer_list<const float*> writes, std::function<void()> run);
  std::size_t buffer_of(const float* address) const;  // index of the buffer that holds it
  void on_backward(Backward emit) { closures_.push_back({layer_name_, std::move(emit)}); }

  Plan& plan_;
  const ModelSpec& spec_;
  const ModelLayout layout_;
  const Kernels& kernels_;
  std::string layer_name_;
  Value value_;
  std::vector<LayerBackward> closures_;
  std::set<std::size_t> fused_;         // layers that another one does
  std::vector<Buffer> free_, scratch_;  // released; of the operation emitted next
  int shared_ = 0;                      // buffers that operations use in turn
  float* statistics_ = nullptr;         // of the next batch-norm
  bool measures_ = false;               // the layer before the next batch-norm fills them
};

}  // namespace anole::fused
