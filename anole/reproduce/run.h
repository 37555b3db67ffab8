#pragma once

// One training of a row, and its evaluations: what reproduce() does for each row and seed.

#include <filesystem>

#include "anole/reproduce/reproduce.h"

namespace anole {

// Where results and runs lie; quick ones never beside others.
std::filesystem::path results_folder(const ReproduceOptions& options);

// Trains, or goes on with, the run of `config` and `seed`, unless it is finished; then evaluates
// every setting that is not evaluated yet. False after a stop. Throws Error as reproduce() does.
bool reproduce_run(const ReproduceSetup& setup, const RowConfig& config, int seed);

}  // namespace anole
