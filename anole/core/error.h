#pragma once

// How the library reports mistakes. Rules:
// 1. A mistake of the user or of a file throws `Error`; its message says what was found, what was
//    expected, where, and what to do next.
// 2. A mistake of the programmer is ANOLE_CHECK; input can never reach one.
// 3. The library never prints, exits or aborts on input.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace anole {

// A mistake of the user or of a file. Exit code 1 in the CLI.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  template <typename... Args>
  requires(sizeof...(Args) > 0) explicit Error(fmt::format_string<Args...> format, Args&&... args)
      : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)) {}
};

// A mistake in the call itself: unknown option, value out of range. Exit code 2 in the CLI.
class UsageError : public Error {
 public:
  using Error::Error;
};

namespace internal {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace internal

}  // namespace anole

// Aborts with the condition and its place; for programmers' mistakes only.
#define ANOLE_CHECK(condition)                         \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::anole::internal::check_failed(#condition, __FILE__, __LINE__))
