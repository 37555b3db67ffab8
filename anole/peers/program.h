#pragma once

// Another program: started, waited for, and stopped when the user no longer wants its result.

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace anole {

struct ProgramEnd {
  int code = 0;        // exit code; 128 + signal of one that was killed; 127: not found
  std::string errors;  // the end of what it wrote to stderr, at most 64 kB
};

struct ProgramStart {
  std::vector<std::string> command = {};  // the program, found as a shell would, and its arguments
  std::vector<std::pair<std::string, std::string>> environment = {};  // added to this process's
  std::function<void()> while_running =
      {};  // some ten times a second; may throw: then it is killed
};

// Runs it to its end, with nothing on stdin and its stdout thrown away. Throws Error if the system
// cannot start any program, and what while_running throws.
ProgramEnd run_program(const ProgramStart& start);

}  // namespace anole
