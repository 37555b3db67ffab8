#pragma once

// Keywords of Python become the library's Arguments: each has the name of a field, and is read and
// checked as the same text in a flag is.

#include <nanobind/nanobind.h>

#include <span>
#include <string>

#include "anole/program/arguments.h"

namespace anole::python {

// None is as if it were not there. Throws UsageError for a name that none of `known` has, naming the
// nearest, and for a value that no flag could spell.
Arguments arguments_of(const nanobind::dict& keywords, std::span<const FlagInfo> known);

// (name, type in Python, default as text, help) each.
using KeywordList =
    nanobind::typed<nanobind::list, nanobind::typed<nanobind::tuple, std::string, std::string,
                                                    std::string, std::string>>;
KeywordList keywords_of(std::span<const FlagInfo> flags);

}  // namespace anole::python
