#pragma once

// What `eval` and `peers` share beside the library's evaluation.

#include <cstdint>
#include <functional>
#include <tuple>

#include "anole/core/fields.h"
#include "cli/terminal.h"

namespace anole::cli {

struct EvalCommand {
  bool quiet = false;
  bool json = false;

  static constexpr auto fields() {
    return std::tuple{Heading{"Run"}, Field{"quiet", &EvalCommand::quiet, "show no progress"},
                      Field{"json", &EvalCommand::json, "print one JSON object"}};
  }
};

// Shows on `line` how many of `tasks` are done; Ctrl-C ends the evaluation.
std::function<void(std::int64_t done)> task_progress(ProgressLine& line, int tasks);

}  // namespace anole::cli
