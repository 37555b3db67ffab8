#pragma once

// The fast engine: the whole inner loop as one plan (plan.h) over kernels of our own (kernels.h).
// One task runs on one core; tasks run side by side, because that scales and splitting one small
// convolution does not. Called from a thread that is not a WorkerPool's, it works on a worker
// thread of its own, so that the caller's floating-point mode stays as it is.

#include <memory>

#include "anole/adapt/learner.h"

namespace anole {

// Throws Error if the spec is not a network.
std::unique_ptr<Learner> make_fused_learner(const ModelSpec& spec);

}  // namespace anole
