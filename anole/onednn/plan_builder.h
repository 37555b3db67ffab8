#pragma once

// Turns a ModelSpec into a Plan. The walk over the layers emits forward operations at once and
// keeps one closure per layer for the backward ones, run in reverse when the output is reached.
// Buffers are offsets until every size is known; then the arena is allocated and offsets become
// pointers.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "anole/onednn/plan.h"

namespace anole::onednn {

class PlanBuilder {
 public:
  PlanBuilder(Plan& plan, const ModelSpec& spec);
  void build();

 private:
  enum class Region { kArena, kParams, kGradient, kStatistics };
  struct Buffer {
    Desc desc;
    std::size_t offset = 0;  // bytes in the arena; floats in the other regions
    Region region = Region::kArena;
  };
  // What a layer reads: data, and whether a gradient has to flow back to it.
  struct Value {
    Buffer data;
    bool differentiable = false;
  };
  struct PendingOperation {
    Plan::Operation operation;
    std::vector<std::pair<int, Buffer>> arguments;
    std::size_t scratch_bytes = 0;
    std::function<std::function<void()>()> make_own;  // code of ours, made once addresses exist
  };
  using Emitted = std::vector<PendingOperation>;
  // Takes the gradient of a layer's result, emits its backward operations and returns the gradient
  // of its input, or nothing where no gradient is wanted.
  using Backward = std::function<std::optional<Buffer>(Buffer)>;

  struct LayerBackward {
    std::string layer;
    Backward emit;
  };

  void add_all();
  void add_layer(std::size_t index);
  void add_conv(std::size_t index);
  void add_linear(std::size_t index);
  void add_batch_norm(std::size_t index);
  void add_group_norm(std::size_t index);
  void add_eltwise(const Layer& layer);
  void add_max_pool(std::size_t index);
  void add_flatten(std::size_t index);
  void reshape(const Dims& dims);
  void finish_output();

  struct WeightGradients {
    Buffer weight;
    std::optional<Buffer> bias;
  };
  template <class PrimitiveDesc>
  void emit_backward_weights(const PrimitiveDesc& backward, const Buffer& source,
                             const Buffer& gradient, const WeightGradients& to);
  template <class PrimitiveDesc>
  void emit_conv_backward_weights(const PrimitiveDesc& forward, std::size_t index,
                                  const Buffer& source, const Buffer& gradient);
  template <class PrimitiveDesc>
  Buffer emit_conv_backward_data(const PrimitiveDesc& forward, std::size_t index,
                                 const Buffer& source, const Buffer& gradient);

  bool train() const { return plan_.kind_ == PlanKind::kTrain; }
  std::string label(const char* what) const { return layer_name_ + " " + what; }
  bool fuses_relu(std::size_t norm_index);
  Window window(std::size_t index) const;
  Dims with_batch(const Shape& shape) const;

  Buffer reserve(const Desc& desc);  // lives as long as the plan
  Buffer acquire(const Desc& desc);  // may reuse what was released
  void release(const Buffer& buffer);
  Buffer tensor(int index, const Desc& desc);  // in kParams
  Buffer gradient_of(const Buffer& tensor) const;
  // `buffer` in layout `desc`: itself, or the target of a reorder emitted to `out`.
  Buffer in_layout(const Buffer& buffer, const Desc& desc, Emitted& out, const char* what);
  // The same for a value of the forward pass, with the reorder of its gradient.
  Value value_in_layout(const Value& value, const Desc& desc);

  template <class PrimitiveDesc>
  void emit(Emitted& out, const char* what, const PrimitiveDesc& description,
            std::vector<std::pair<int, Buffer>> arguments);
  void on_backward(Backward emit);
  void emit_own(Emitted& out, const char* what, const std::vector<Buffer>& touched,
                std::function<std::function<void()>()> make);
  void finish_places();
  void resolve(Emitted& pending, std::vector<Plan::Operation>& done);
  std::byte* address(const Buffer& buffer) const;
  float* floats(const Buffer& buffer) const;

  Plan& plan_;
  const ModelSpec& spec_;
  const ModelLayout layout_;
  std::string layer_name_;
  Value value_;
  Emitted forward_, backward_;
  std::vector<LayerBackward> closures_;
  std::set<std::size_t> fused_;  // layers that another one does
  std::vector<Desc> tensor_descs_;
  std::vector<std::pair<std::size_t, std::size_t>> free_;  // [bytes, offset] of released buffers
  std::map<std::size_t, std::size_t> sizes_;               // offset -> bytes of reused buffers
  std::size_t scratch_bytes_ = 0;
};

}  // namespace anole::onednn
