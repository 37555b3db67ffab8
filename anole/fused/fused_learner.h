#pragma once

// The fast engine: the whole inner loop as one plan (plan.h) over kernels of our own (kernels.h).
// One task runs on one core; tasks run side by side, because that scales and splitting one small
// convolution does not. While it works it flushes denormals; the caller's floating-point mode is
// afterwards as it was.

#include <memory>
#include <string>

#include "anole/adapt/learner.h"
#include "anole/models/model_spec.h"

namespace anole {

// Throws Error if the spec is not a network.
std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec);

// What an inner step on a batch of `rows` rows runs and writes, buffer by buffer, for people to
// read. Throws Error if the spec is not a network or this CPU has no products of `precision`.
std::string describe_fused_plan(const ModelSpec& spec, int rows, Precision precision);

}  // namespace anole
