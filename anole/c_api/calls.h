#pragma once

// What every call of the C ABI does: the caller's floating-point mode is set aside, and what is
// thrown becomes a status and a text.

#include <cfenv>
#include <span>
#include <string_view>

#include "anole/c_api/anole.h"
#include "anole/core/error.h"

namespace anole {

// Round to nearest, with denormals, as a program has it that has changed nothing; afterwards the
// caller's again. Programs built with -ffast-math flush denormals, which would be other bits.
class DefaultFloats {
 public:
  DefaultFloats() {
    std::fegetenv(&callers_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloats() { std::fesetenv(&callers_); }
  DefaultFloats(const DefaultFloats&) = delete;
  DefaultFloats& operator=(const DefaultFloats&) = delete;

 private:
  std::fenv_t callers_;
};

// Files the exception that is being handled, for anole_last_error, and gives its status.
anole_status file_exception() noexcept;

template <class Body>
anole_status guarded(Body&& body) noexcept {
  const DefaultFloats floats;
  try {
    body();
    return ANOLE_OK;
  } catch (...) {
    return file_exception();
  }
}

// Throws UsageError if a pointer is null; `name` as the header has it.
template <class T>
T* given(T* pointer, std::string_view name) {
  if (pointer == nullptr) throw UsageError("{} is null", name);
  return pointer;
}

// `count` rows of `numbers` numbers, which may be null if there are none. Throws UsageError if it is
// null, or larger than memory can be.
std::span<const float> given_rows(const float* rows, std::size_t count, std::size_t numbers,
                                  std::string_view name = "rows");

}  // namespace anole
