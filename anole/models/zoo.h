#pragma once

// The networks of the papers, by name.

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "anole/core/fields.h"
#include "anole/models/model_spec.h"

namespace anole {

enum class Activation { kRelu, kTanh };
inline std::span<const std::string_view> enum_names(Activation) {
  static constexpr std::string_view kNames[] = {"relu", "tanh"};
  return kNames;
}

struct ModelOptions {
  std::string model = {};  // a name of the zoo; empty: the data set's usual network
  std::vector<int> widths = {64, 64};
  Activation activation = Activation::kRelu;

  static constexpr auto fields() {
    return std::tuple{
        Heading{"Network"},
        Field{
            "model", &ModelOptions::model,
            "omniglot_conv4, miniimagenet_conv4, conv4_fc, sine_mlp or mlp; empty: the data set's "
            "usual network"},
        Field{"widths", &ModelOptions::widths, "hidden widths of mlp", {.min = 1}},
        Field{"activation", &ModelOptions::activation, "activation of mlp: relu or tanh"}};
  }
};

// Names that make_model knows.
std::span<const std::string_view> model_names();

// The network `options.model` for rows of shape `input` and `outputs` outputs. The image networks
// take any image size; sine_mlp and mlp flatten their input. Throws Error for an unknown name,
// naming the nearest, and for an input that the network cannot take.
ModelSpec make_model(const ModelOptions& options, Shape input, int outputs, Loss loss);

}  // namespace anole
