#pragma once

// The table of commands. A command parses its options, calls the library and prints.

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parse_arguments.h"

namespace anole::cli {

struct Command {
  std::string_view name;             // "train"
  std::string_view usage;            // "[DATA | CONFIG] [options]"
  std::string_view summary;          // one line, lower case
  std::string_view details;          // paragraphs of help, separated by '\n'
  std::vector<FlagInfo> (*flags)();  // in the order of help
  void (*run)(const Arguments& arguments);
};

std::span<const Command> commands();

// Thrown by a command that Ctrl-C has ended in good order. Exit code 130.
class Interrupted : public std::runtime_error {
 public:
  explicit Interrupted(const std::string& message) : std::runtime_error(message) {}
};

extern const Command kTrain, kEval, kAdapt, kPredict, kPeers, kReproduce, kReport, kInfo, kDiagnose,
    kData, kBench;

}  // namespace anole::cli
