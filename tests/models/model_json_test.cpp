#include <gtest/gtest.h>

#include "anole/models/model_spec.h"
#include "anole/models/zoo.h"
#include "tests/error_of.h"

namespace anole {
namespace {

// A network with every kind of layer and no default value among what they use.
ModelSpec every_kind() {
  return {.name = "every kind",
          .input = {.channels = 2, .height = 9, .width = 8},
          .init = InitScheme::kFanIn,
          .loss = Loss::kMeanSquaredError,
          .layers = {{.kind = LayerKind::kConv2d,
                      .name = "conv",
                      .out = 6,
                      .kernel = 2,
                      .stride = 2,
                      .padding = Padding::kNumber,
                      .pad = 1,
                      .bias = false},
                     {.kind = LayerKind::kBatchNorm, .name = "batch", .eps = 1e-5},
                     {.kind = LayerKind::kRelu, .name = "relu"},
                     {.kind = LayerKind::kMaxPool,
                      .name = "pool",
                      .kernel = 2,
                      .stride = 1,
                      .padding = Padding::kValid},
                     {.kind = LayerKind::kGroupNorm, .name = "group", .eps = 0.1, .groups = 3},
                     {.kind = LayerKind::kTanh, .name = "tanh"},
                     {.kind = LayerKind::kFlatten, .name = "flatten"},
                     {.kind = LayerKind::kLinear, .name = "head", .out = 3, .bias = false}}};
}

TEST(ModelJson, RoundTripsEveryKindOfLayer) {
  EXPECT_EQ(model_from_json(to_json(every_kind())), every_kind());
}

TEST(ModelJson, RoundTripsTheZoo) {
  for (const auto name : model_names()) {
    const auto spec =
        make_model({.model = std::string(name)}, {.channels = 1, .height = 28, .width = 28}, 5,
                   Loss::kCrossEntropy);
    EXPECT_EQ(model_from_json(to_json(spec)), spec) << name;
  }
}

TEST(ModelJson, KeysKeepTheirOrderAndHoldOnlyWhatTheKindUses) {
  EXPECT_EQ(
      to_json(every_kind()),
      R"({"name":"every kind","input":[2,9,8],"init":"fan_in","loss":"mean_squared_error","layers":[)"
      R"({"kind":"conv2d","name":"conv","out":6,"kernel":2,"stride":2,"padding":1,"bias":false},)"
      R"({"kind":"batch_norm","name":"batch","eps":1e-05},)"
      R"({"kind":"relu","name":"relu"},)"
      R"({"kind":"max_pool","name":"pool","kernel":2,"stride":1,"padding":"valid"},)"
      R"({"kind":"group_norm","name":"group","eps":0.1,"groups":3},)"
      R"({"kind":"tanh","name":"tanh"},{"kind":"flatten","name":"flatten"},)"
      R"({"kind":"linear","name":"head","out":3,"bias":false}]})");
}

TEST(ModelJson, AKeyLeftOutHasItsDefault) {
  const auto spec = model_from_json(
      R"({"name": "n", "input": [1, 4, 4], "init": "glorot", "loss": "cross_entropy", "layers": [
          {"kind": "conv2d", "name": "c", "out": 2}, {"kind": "flatten", "name": "f"},
          {"kind": "linear", "name": "l", "out": 2}]})");
  EXPECT_EQ(spec.layers[0], (Layer{.kind = LayerKind::kConv2d, .name = "c", .out = 2}));
}

// A model whose only layers are given as text.
std::string model_text(const std::string& layers) {
  return R"({"name":"n","input":[4,1,1],"init":"glorot","loss":"cross_entropy","layers":[)" +
         layers + "]}";
}

struct Mistake {
  std::string text, message;
};

TEST(ModelJson, SaysWhatIsWrongAndWhere) {
  const Mistake mistakes[] = {
      {"[]", "model JSON, top level: expected an object, found array"},
      {R"({"nam": 1})",
       "model JSON, top level: unknown key 'nam'; known are name, input, init, loss, layers; "
       "did you mean 'name'?"},
      {"{}", "model JSON, top level: the key 'name' is missing"},
      {R"({"name":"n","input":[1,2],"init":"glorot"})",
       "model JSON, top level: 'input' is [1,2], expected [channels, height, width]"},
      {R"({"name":"n","input":[1,2,3],"init":"glorott"})",
       "model JSON, top level: unknown init 'glorott'; known are glorot, fan_in; did you mean "
       "'glorot'?"},
      {R"({"name":"n","input":[1,2,3],"init":"glorot","loss":"cross_entropy","layers":3})",
       "model JSON, top level: 'layers' is 3, expected a list of layers"},
      {model_text(R"({"kind":"conv","name":"c"})"),
       "model JSON, layer 0: unknown kind 'conv'; known are conv2d, batch_norm, group_norm, "
       "relu, tanh, max_pool, flatten, linear; did you mean 'conv2d'?"},
      {model_text(R"({"kind":"relu","name":"r"},{"kind":"linear","name":"l","outs":2})"),
       "model JSON, layer 1: unknown key 'outs'; known are kind, name, out, bias; did you mean "
       "'out'?"},
      {model_text(R"({"kind":"linear","name":"l"})"),
       "model JSON, layer 0: the key 'out' is missing"},
      {model_text(R"({"kind":"linear","name":"l","out":2.5})"),
       "model JSON, layer 0: 'out' is 2.5, expected a whole number of at most 2147483647"},
      {model_text(R"({"kind":"linear","name":"l","out":18446744073709551615})"),
       "model JSON, layer 0: 'out' is 18446744073709551615, expected a whole number of at most "
       "2147483647"},
      {model_text(R"({"kind":"linear","name":"l","out":2,"bias":0})"),
       "model JSON, layer 0: 'bias' is 0, expected true or false"},
      {model_text(R"({"kind":"batch_norm","name":"b","eps":"small"})"),
       "model JSON, layer 0: 'eps' is \"small\", expected a number"},
      {model_text(R"({"kind":"max_pool","name":"p","padding":"full"})"),
       "model JSON, layer 0: 'padding' is \"full\", expected \"same\", \"valid\" or a number of "
       "pixels"},
      {model_text(R"({"kind":"relu","name":7})"),
       "model JSON, layer 0: 'name' is 7, expected a string"},
      {model_text(R"({"kind":"group_norm","name":"g","groups":3})"),
       "model 'n', layer 'g' (group_norm): 3 groups do not divide 4 channels"},
  };
  for (const auto& mistake : mistakes) {
    EXPECT_EQ(error_of([&] { model_from_json(mistake.text); }), mistake.message);
  }
}

TEST(ModelJson, TextThatIsNotJsonIsAnError) {
  EXPECT_NE(error_of([] { model_from_json("{\"name\""); }).find("model JSON: "), std::string::npos);
}

TEST(ModelJson, ANameThatIsNotUtf8IsAnError) {
  auto spec = every_kind();
  spec.layers[0].name = std::string(1, '\xff');
  EXPECT_EQ(error_of([&] { to_json(spec); }),
            "model 'every kind': a name is not valid UTF-8; rename the model or its layers");
}

}  // namespace
}  // namespace anole
