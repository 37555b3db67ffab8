#pragma once

// The one list of networks on which engines are compared with the reference and the reference with
// finite differences: every layer in odd shapes, and the zoo.

#include <ostream>
#include <string>
#include <vector>

#include "anole/models/model_spec.h"
#include "anole/tasks/task.h"

namespace anole::cases {

struct Case {
  std::string name;  // fit for a test's name
  ModelSpec spec;
  int batch = 1;  // B

  friend std::ostream& operator<<(std::ostream& out, const Case& test) { return out << test.name; }
};

// Every layer kind between a small convolution and a linear head: kernels 1, 2, 3, 5, strides 1 to
// 3, every padding, images 7x5, batches 1, 2, 3, 7, 10, 25.
std::vector<Case> layer_cases();
// Every network of the zoo at its papers' size, batch 10 (conv4_fc 25, its full support).
std::vector<Case> zoo_cases();
// Every network of the zoo on images small enough for finite differences.
std::vector<Case> small_zoo_cases();

// Params [P] for a case: the initial ones, then 0.1 x normal noise on all, so that no scale is 1
// and no bias 0; and `count` examples with normal rows, drawn from `seed`.
std::vector<float> params_of(const ModelSpec& spec, std::uint64_t seed);
Task examples_of(const ModelSpec& spec, int count, std::uint64_t seed);  // as support

}  // namespace anole::cases
