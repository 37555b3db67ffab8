#pragma once

#include <string>

#include "anole/core/error.h"

namespace anole {

// The message of the Error that `call` throws; "" if it throws none.
template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace anole
