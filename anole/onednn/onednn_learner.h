#pragma once

// An engine made of oneDNN's primitives (plan.h). It is the fused engine's peer: the same inner
// loop with a well-kept library's kernels, to check results against and to measure against
// (`--engine onednn`). It works with one OpenMP thread and flushes denormals; the caller's OpenMP
// setting and floating-point mode are afterwards as they were.

#include <memory>
#include <string>
#include <string_view>

#include "anole/adapt/learner.h"
#include "anole/models/model_spec.h"

namespace anole {

// Throws Error if the spec is not a network.
std::unique_ptr<Learner> make_onednn_learner(const ModelSpec& spec);

// What an inner step on a batch of `rows` rows runs and the memory it takes, for people to read.
// Throws Error if the spec is not a network, and for bfloat16, which the engine does not have.
std::string describe_onednn_plan(const ModelSpec& spec, int rows, Precision precision);

// "oneDNN 2.6.3": the oneDNN that runs, whose version is part of the promise of equal bits.
std::string_view onednn_version();

}  // namespace anole
