#pragma once

// Data for the cases on which engines are compared, and the bounds within which float engines must
// agree with the double reference.

#include <span>
#include <string>
#include <vector>

#include "anole/adapt/learner.h"
#include "tests/engines/cases.h"

namespace anole::cases {

// Params and examples of a case, and what limits the agreement of float engines on them.
struct Trial {
  std::vector<float> params;
  Task task;
  double rounding = 0;  // relative error of values and gradients in float; see trial_of
  double bf16 = 0;      // the same where products have bfloat16 operands
  double flips = 0;     // relative error from ReLUs and max-pools that may decide otherwise
};

// Float engines form the same sums in other orders. A sum of n terms errs by about sqrt(n) u times
// the norm of its terms (u = 2^-24; Higham & Mary 2019 for why not n u); the errors of the layers,
// forward and backward, add like independent ones; a norm layer enlarges what comes in by the ratio
// of the root mean square to the standard deviation of what it normalises. So
//   rounding = 4 u ratio sqrt(sum over layers of (terms of an output + terms of a weight
//   gradient)),
// with 4 for the distance of the greatest of some ten thousand errors from their root mean square.
// A product of operands that were rounded to bfloat16 errs by sqrt(2) u / sqrt(3) times the norm of
// its terms, whatever their number (u = 2^-8; two operands, whose errors are spread evenly up to
// u). A gradient is behind at most two such products a layer, one forward and one backward, so
//   bf16 = rounding + 4 u ratio sqrt(2 / 3) sqrt(2 x layers).
// A ReLU nearer to 0, or a max-pool whose two greatest numbers are nearer to each other, than the
// same formula gives with the terms of the forward products alone, may decide otherwise; a flip
// moves one of m numbers of its layer, a share of 1 / sqrt(m) of their norm:
//   flips = sum over layers of sqrt(flips of the layer / m).
// trial_clear_of_flips draws data until none is within 1e-4, so that flips is 0.
Trial trial_of(const Case& test);
Trial trial_clear_of_flips(const Case& test);

// max_i |a_i - b_i|; infinity if a value of `a` is not finite or the lengths differ.
double distance(std::span<const float> a, std::span<const float> b);
double greatest(std::span<const float> values);  // max_i |values_i|, 0 if empty
double norm(std::span<const float> values);      // sqrt(sum_i values_i^2)
std::vector<float> difference(std::span<const float> a, std::span<const float> b);

// The values of one tensor within a flat vector [P].
std::span<const float> of(const TensorInfo& tensor, std::span<const float> flat);

}  // namespace anole::cases
