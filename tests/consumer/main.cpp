// Links the library from outside its build tree: an Adapter learns two classes of points and names
// two others.
#include <cstdio>
#include <vector>

#include "anole/bundle/adapter.h"
#include "anole/make_learner.h"
#include "anole/models/zoo.h"
#include "anole/version.h"

int main() {
  using namespace anole;
  Bundle start;
  start.spec = make_model({.model = "mlp"}, {.channels = 2}, 2, Loss::kCrossEntropy);
  start.meta.params = initial_params(start.spec, Rng(1, Stream::kInit));
  start.preprocessing.shape = start.spec.input;
  Adapter adapter(start, learners());
  adapter.adapt({{.label = "left", .row = {-1, 0}},
                 {.label = "left", .row = {-2, 1}},
                 {.label = "right", .row = {1, 0}},
                 {.label = "right", .row = {2, 1}}});
  const std::vector<float> rows{-1.5f, 0.5f, 1.5f, 0.5f};
  const auto answers = adapter.predict(rows, 2);
  std::printf("anole %s: %s %s\n", kVersion, answers[0].name.c_str(), answers[1].name.c_str());
}
