#pragma once

// Max-pooling in plain loops. Padding is ignored; of equal numbers in a window the first wins.

#include <cstdint>
#include <span>

#include "anole/reference/convolution.h"

namespace anole::reference {

// output [n, out] = greatest number of each window; winners [n, out]: its place in input [n, in].
template <typename T>
void max_pool(const Window& window, std::span<const T> input, std::span<T> output,
              std::span<std::int64_t> winners);

}  // namespace anole::reference
