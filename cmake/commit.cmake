cmake_minimum_required(VERSION 3.25)
# Writes OUTPUT with the commit that SOURCE is at, if it changed; run at every build.
execute_process(COMMAND git describe --always --dirty --exclude=* WORKING_DIRECTORY ${SOURCE}
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT "#pragma once

namespace anole::cli {

// The commit that this program was built from, \"-dirty\" if changed since; \"unknown\" without git.
inline constexpr const char* kCommit = \"@commit@\";

}  // namespace anole::cli
")
