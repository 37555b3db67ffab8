#pragma once

// Makes oneDNN fail, as it does where memory runs out or it has no implementation: the linker sends
// its calls through failing_onednn.cpp.

namespace anole {

enum class OneDnnCall {
  kNone,
  kCreate,   // of any primitive
  kReorder,  // execution of a primitive with two arguments
  kLayer,    // execution of one with more
};

// While an instance lives, `call` fails.
class FailingOneDnn {
 public:
  explicit FailingOneDnn(OneDnnCall call);
  ~FailingOneDnn();
};

}  // namespace anole
