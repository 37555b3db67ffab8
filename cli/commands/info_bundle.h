#pragma once

// What `anole info` says of a bundle beside its network: what it takes, its classes, how it was
// adapted or is to be, and what its probabilities are worth.

#include "anole/bundle/bundle.h"
#include "anole/io/json.h"

namespace anole::cli {

void print_use(const Bundle& bundle);
void print_calibration(const Bundle& bundle);  // of an initialisation, as a table

Json use_json(const Bundle& bundle);

}  // namespace anole::cli
