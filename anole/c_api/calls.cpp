#include "anole/c_api/calls.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <new>
#include <string>

#include "anole/adapt/adapt_all.h"
#include "anole/c_api/handles.h"
#include "anole/version.h"

namespace anole {
namespace {

// The text of a thread's last failure. `shown` is `kept`, or a literal where memory lacks for it.
struct LastError {
  std::string kept = {};
  const char* shown = "";
};

LastError& last_error() {
  thread_local LastError error;
  return error;
}

anole_status file(anole_status status, const char* text) noexcept {
  auto& error = last_error();
  try {
    error.kept = text;
    error.shown = error.kept.c_str();
  } catch (...) {
    error.shown = "an error whose text did not fit into memory";
  }
  return status;
}

}  // namespace

anole_status file_exception() noexcept {
  try {
    throw;
  } catch (const ClosedError& error) {
    return file(ANOLE_CLOSED, error.what());
  } catch (const NonFiniteError& error) {
    return file(ANOLE_NON_FINITE, error.what());
  } catch (const UsageError& error) {
    return file(ANOLE_USAGE, error.what());
  } catch (const Error& error) {
    return file(ANOLE_ERROR, error.what());
  } catch (const std::bad_alloc&) {
    last_error().shown = "out of memory; nothing has changed";  // a literal: there is no room
    return ANOLE_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    return file(ANOLE_INTERNAL, error.what());
  } catch (...) {
    return file(ANOLE_INTERNAL, "an exception of unknown type");
  }
}

std::span<const float> given_rows(const float* rows, std::size_t count, std::size_t numbers,
                                  std::string_view name) {
  constexpr auto kMost =
      static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(float);
  if (count == 0) return {};
  given(rows, name);
  if (numbers > kMost / count) {
    throw UsageError("{}: {} of {} numbers are more than memory can hold", name, count, numbers);
  }
  return {rows, count * numbers};
}

std::uintptr_t next_handle() {
  static std::atomic<std::uintptr_t> last{0};
  return ++last;
}

}  // namespace anole

const char* anole_version(void) { return anole::kVersion; }

const char* anole_last_error(void) { return anole::last_error().shown; }
