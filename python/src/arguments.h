#pragma once

// Keywords of Python become the library's Arguments, which a training or an evaluation is asked by.

#include <nanobind/nanobind.h>

#include <span>
#include <string>
#include <vector>

#include "anole/program/arguments.h"
#include "python/src/options.h"

namespace anole::python {

// None is as if it were not there. Throws UsageError for a name that none of `known` has, naming the
// nearest, and for a value of another kind.
Arguments arguments_of(const nanobind::dict& keywords, std::span<const FlagInfo> known);

// Those of `Options` that `known` has as well, in order.
template <class Options>
void append_keywords(std::span<const FlagInfo> known, nanobind::list& all) {
  for (const nanobind::handle keyword : keywords_of<Options>()) {
    const auto name = nanobind::cast<std::string>(keyword[0]);
    const auto help = completed(nanobind::cast<std::string>(keyword[3]));
    for (const auto& flag : known) {
      if (flag.name != name) continue;
      all.append(nanobind::make_tuple(keyword[0], keyword[1], flag.fallback, help));
    }
  }
}

}  // namespace anole::python
