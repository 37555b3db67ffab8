// libFuzzer's entry to the target that the build names.

#include <cstddef>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return anole::fuzz::ANOLE_FUZZ_TARGET({data, size});
}
