#include <cstdio>

#include "anole/bundle/adapter.h"
#include "anole/make_learner.h"

int main() {
  anole::Adapter adapter(anole::load_bundle("start.anole"), anole::learners());
  adapter.adapt({{.label = "wave", .row = adapter.row({.file = "wave.png"})},
                 {.label = "point", .row = adapter.row({.file = "point.png"})}});
  for (const auto& answer : adapter.predict(adapter.row({.file = "new.png"}), 1))
    std::printf("%s\n", answer.name.c_str());
}
