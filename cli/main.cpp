// anole: the command table, and the only catch of the program.
//
// Exit code 0 is success, 2 a usage error, 1 any other error, 130 interrupted. Errors go to stderr
// and begin with "anole: ".

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "anole/core/error.h"
#include "anole/version.h"
#include "cli/help.h"

namespace anole::cli {

std::span<const Command> commands() {
  static const Command kCommands[] = {kTrain,     kEval,   kAdapt,    kPredict, kInfo, kPeers,
                                      kReproduce, kReport, kDiagnose, kData,    kBench};
  return kCommands;
}

namespace {

void run_help(const std::vector<std::string>& args) {
  if (args.empty()) {
    fmt::print("{}", short_help());
  } else if (args[0] == "--markdown") {
    fmt::print("{}", options_markdown());
  } else {
    fmt::print("{}", command_help(find_command(args[0])));
  }
}

void run(std::vector<std::string> args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h") return fmt::print("{}", short_help());
  if (args[0] == "--version") return fmt::print("anole {}\n", kVersion);
  const std::string name = args[0];
  args.erase(args.begin());
  if (name == "help") return run_help(args);
  const auto& command = find_command(name);
  const bool asks = std::any_of(args.begin(), args.end(),
                                [](const auto& arg) { return arg == "--help" || arg == "-h"; });
  if (asks) return fmt::print("{}", command_help(command));
  command.run(parse_arguments(args, command.flags(), name));
}

int report(const char* message, int code) {
  std::fflush(stdout);
  fmt::print(stderr, "anole: {}\n", message);
  return code;
}

}  // namespace
}  // namespace anole::cli

int main(int argc, char** argv) {
  using namespace anole;
  try {
    cli::run({argv + 1, argv + argc});
    if (std::fflush(stdout) != 0) throw Error("cannot write to the standard output");
    return 0;
  } catch (const cli::Interrupted& interrupted) {
    return cli::report(interrupted.what(), 130);
  } catch (const UsageError& error) {
    return cli::report(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return cli::report("out of memory; try fewer threads or a smaller task", 1);
  } catch (const std::exception& error) {
    return cli::report(error.what(), 1);
  }
}
