// Links the library from outside its build tree and uses it.
#include <cstdio>

#include "anole/models/zoo.h"
#include "anole/version.h"

int main() {
  const anole::ModelSpec spec =
      anole::make_model({.model = "omniglot_conv4"}, {.channels = 1, .height = 28, .width = 28}, 5,
                        anole::Loss::kCrossEntropy);
  std::printf("anole %s, %zu parameters\n", anole::kVersion, anole::layout(spec).parameters);
}
