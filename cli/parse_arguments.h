#pragma once

// What the user typed after a command's name. A field `meta_batch` is `--meta-batch N`,
// `--meta-batch=N` or `--meta_batch N`; a bool `rotations` is `--rotations`, `--no-rotations` or
// `--rotations=false`.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anole/program/arguments.h"

namespace anole::cli {

// Throws UsageError for an unknown flag of `command`, naming the nearest, or a missing value.
Arguments parse_arguments(const std::vector<std::string>& args, std::span<const FlagInfo> flags,
                          std::string_view command);

}  // namespace anole::cli
