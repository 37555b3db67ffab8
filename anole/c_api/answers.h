#pragma once

// Questions to an Adapter, and its answers in the caller's memory.

#include <cstddef>
#include <functional>
#include <vector>

#include "anole/bundle/adapter.h"
#include "anole/c_api/anole.h"

namespace anole {

// Answers `count` rows, each made by `row`, as one call of Adapter::predict. Throws UsageError if
// they do not fit into `answers` or the network has no such parts; nothing is written then.
void answer(Adapter& adapter, std::size_t count, const anole_answers* answers,
            const std::function<std::vector<float>(std::size_t)>& row);

}  // namespace anole
