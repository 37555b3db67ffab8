#pragma once

// Ctrl-C in the middle of work that runs without Python's lock.

#include <nanobind/nanobind.h>

#include <chrono>

namespace anole::python {

// Whether some time has gone by, so that Python is told of progress but not held up by it.
class Ticker {
 public:
  // True at most twenty times a second.
  bool due() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(50)) return false;
    last_ = now;
    return true;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

// To be called now and then on the thread that Python called. Twenty times a second it lets Python
// handle its signals and throws what the handlers raise, such as KeyboardInterrupt. Python handles
// them on its main thread alone; on others nothing happens.
class SignalCheck {
 public:
  void operator()() {
    if (!ticker_.due()) return;
    const nanobind::gil_scoped_acquire python;
    if (PyErr_CheckSignals() != 0) throw nanobind::python_error();
  }

 private:
  Ticker ticker_;
};

}  // namespace anole::python
