#pragma once

// The engine `reference`: every operation of Learner in plain loops on one thread.

#include <memory>

#include "anole/adapt/learner.h"
#include "anole/models/model_spec.h"

namespace anole {

// Throws Error if the spec is not a valid network.
std::unique_ptr<Learner> make_reference_learner(const ModelSpec& spec);

// The same in double between float borders: arguments and results are rounded to float, nothing in
// between is. The judge of the float engines. Its adapt composes only up to that rounding.
std::unique_ptr<Learner> make_double_reference_learner(const ModelSpec& spec);

}  // namespace anole
