#pragma once

#include <chrono>

namespace anole {

// Seconds of a clock that only goes forward, from some moment on.
inline double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace anole
