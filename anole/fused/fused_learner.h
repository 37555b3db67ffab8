#pragma once

// The fast engine: the whole inner loop as one plan over oneDNN primitives (plan.h). One task runs
// on one core; tasks run side by side, because that scales and splitting one small convolution does
// not. Called from a thread that is not a WorkerPool's, it works on a worker thread of its own, so
// that the caller's OpenMP setting and floating-point mode stay as they are.

#include <memory>

#include "anole/adapt/learner.h"

namespace anole {

// Throws Error if the spec is not a network.
std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec);

// "2.6.3": the oneDNN that runs, whose version is part of the promise of equal bits.
std::string_view onednn_version();

}  // namespace anole
