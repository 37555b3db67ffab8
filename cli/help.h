#pragma once

// Help pages and docs/options.md, both made from the fields of the options.

#include <string>
#include <string_view>

#include "cli/command.h"

namespace anole::cli {

std::string short_help();  // of `anole` alone
std::string command_help(const Command& command);
std::string options_markdown();  // docs/options.md

// The command called `name`. Throws UsageError naming the nearest.
const Command& find_command(std::string_view name);

}  // namespace anole::cli
