#pragma once

// The simplest peer of all: each class is the mean of its support rows as they are, and a query row
// is called by the nearest mean (Euclidean). No training, no options.

#include <vector>

#include "anole/tasks/task.h"

namespace anole {

// Outputs [N*Q, N] as a network has them, the largest at the nearest mean: minus the squared
// distances, summed in double.
std::vector<float> nearest_mean(const Task& task);

}  // namespace anole
