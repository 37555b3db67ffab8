#include "anole/core/error.h"

#include <cstdio>
#include <cstdlib>

namespace anole::internal {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "anole: internal error at %s:%d: %s does not hold\n", file, line, condition);
  std::abort();
}

}  // namespace anole::internal
